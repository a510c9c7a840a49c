//! Response headers, on every status, in one fairing (OWASP REST Security Cheat Sheet).

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::{Request, Response};

use super::rejection::CachedRejection;
use crate::http::app_state::AppState;
use crate::http::policy::is_below;

/// Set on every response below the base path and on our rejections elsewhere. None is a page, so it
/// may not be loaded, framed, sniffed or cached.
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

/// Headers that a response other than JSON may set itself: the policy of a page of ours, how long
/// public keys may be cached.
const OF_ITS_OWN: [&str; 3] = ["Cache-Control", "Content-Security-Policy", "Vary"];

/// The fairing.
pub(crate) struct SecurityHeaders;

#[rocket::async_trait]
impl Fairing for SecurityHeaders {
    fn info(&self) -> Info {
        Info {
            name: "rocket-accounts: response headers",
            kind: Kind::Response,
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        CachedRejection::complete(request, response);
        let Some(app) = request.rocket().state::<AppState>() else {
            return;
        };
        let is_ours = is_below(request.uri().path().as_str(), &app.base);
        if !is_ours && !CachedRejection::is_written(request) {
            return;
        }
        let is_ours_to_say = is_json(response);
        for (name, value) in ALWAYS {
            if is_ours_to_say || !(OF_ITS_OWN.contains(&name) && response.headers().contains(name))
            {
                response.set_header(Header::new(name, value));
            }
        }
        if let Some(policy) = &app.hsts {
            response.set_header(Header::new("Strict-Transport-Security", policy.as_str()));
        }
    }
}

/// Returns whether the body is JSON or empty.
fn is_json(response: &Response<'_>) -> bool {
    let content_type = response.headers().get_one("Content-Type");
    content_type.is_none_or(|text| {
        text.starts_with("application/json") || text.starts_with("application/problem+json")
    })
}
