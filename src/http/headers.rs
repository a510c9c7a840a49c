//! Response headers, on every status, in one fairing (OWASP REST Security Cheat Sheet).

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::{Request, Response};

use super::refusal::Recorded;
use super::site::Site;

/// Set on every answer below the base path. None of it is a page: nothing may load, frame, sniff
/// or cache it.
const ALWAYS: [(&str, &str); 8] = [
    ("Cache-Control", "no-store"),
    ("Vary", "Cookie, Origin, Sec-Fetch-Site"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    (
        "Content-Security-Policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
];

/// One year, as browsers that preload demand.
const HSTS: &str = "max-age=31536000; includeSubDomains";

/// Whether the answer is the same for everybody and says by itself how long it may be kept.
#[derive(Clone, Copy)]
pub(super) struct MayBeKept(pub(super) bool);

/// The fairing.
pub(super) struct SecurityHeaders;

#[rocket::async_trait]
impl Fairing for SecurityHeaders {
    fn info(&self) -> Info {
        Info {
            name: "rocket-accounts: response headers",
            kind: Kind::Response,
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        Recorded::complete(request, response);
        let Some(site) = request.rocket().state::<Site>() else {
            return;
        };
        if !is_below(request.uri().path().as_str(), &site.base) {
            return;
        }
        let may_be_kept = *request.local_cache(|| MayBeKept(false));
        for (name, value) in ALWAYS {
            if !(may_be_kept.0 && matches!(name, "Cache-Control" | "Vary")) {
                response.set_header(Header::new(name, value));
            }
        }
        if site.is_https {
            response.set_header(Header::new("Strict-Transport-Security", HSTS));
        }
    }
}

/// Whether a raw path is the base or below it, as Rocket's router sees paths: repeated slashes
/// are one.
fn is_below(path: &str, base: &str) -> bool {
    let mut path = path.split('/').filter(|segment| !segment.is_empty());
    let mut base = base.split('/').filter(|segment| !segment.is_empty());
    base.all(|segment| path.next() == Some(segment))
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn paths_are_compared_as_the_router_does() {
        for path in [
            "/accounts",
            "/accounts/",
            "//accounts//user",
            "/accounts/x/y",
        ] {
            assert!(is_below(path, "/accounts"), "{path}");
        }
        for path in ["/", "/accountsx", "/api/accounts", ""] {
            assert!(!is_below(path, "/accounts"), "{path}");
        }
        assert!(is_below("/api/auth/user", "/api/auth"));
    }
}
