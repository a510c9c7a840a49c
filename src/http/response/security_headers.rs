//! Response headers, on every status, in one fairing (OWASP REST Security Cheat Sheet).

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::{Request, Response};

use super::refusal::Recorded;
use super::site::Site;
use crate::config::Settings;

/// Set on every answer below the base path and on every refusal of ours elsewhere. None of it is a
/// page: nothing may load, frame, sniff or cache it.
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

/// What an answer that is no JSON says for itself, if it does: the policy of a page of ours, how long
/// public keys may be kept.
const OF_ITS_OWN: [&str; 3] = ["Cache-Control", "Content-Security-Policy", "Vary"];

/// `Strict-Transport-Security` of every answer of ours (RFC 6797 section 6.1); `None` on plain http,
/// where browsers do not heed it, and where it is left to the proxy.
pub(crate) fn hsts(settings: &Settings) -> Option<String> {
    let hsts = &settings.hsts;
    if !hsts.enabled || !settings.public_origin.is_https() {
        return None;
    }
    let subdomains = if hsts.include_subdomains {
        "; includeSubDomains"
    } else {
        ""
    };
    let preload = if hsts.preload { "; preload" } else { "" };
    let seconds = hsts.max_age.num_seconds();
    Some(format!("max-age={seconds}{subdomains}{preload}"))
}

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
        let is_ours = is_below(request.uri().path().as_str(), &site.base);
        if !is_ours && !Recorded::is_written(request) {
            return;
        }
        let is_ours_to_say = is_json(response);
        for (name, value) in ALWAYS {
            if is_ours_to_say || !(OF_ITS_OWN.contains(&name) && response.headers().contains(name))
            {
                response.set_header(Header::new(name, value));
            }
        }
        if let Some(policy) = &site.hsts {
            response.set_header(Header::new("Strict-Transport-Security", policy.as_str()));
        }
    }
}

/// Whether the body is what a route of ours answers, or none.
fn is_json(response: &Response<'_>) -> bool {
    let content_type = response.headers().get_one("Content-Type");
    content_type.is_none_or(|text| {
        text.starts_with("application/json") || text.starts_with("application/problem+json")
    })
}

/// Whether a raw path is the base or below it, as Rocket's router sees paths: repeated slashes
/// are one.
pub(super) fn is_below(path: &str, base: &str) -> bool {
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
