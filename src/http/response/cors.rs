//! Cross-origin resource sharing: pages of configured origins may call the API and read what it
//! answers (Fetch standard, "CORS protocol").
//!
//! A fairing, because the headers belong on every status, and refusals come from catchers. An
//! origin that is not on the list gets no header at all, so neither does anybody by default.
//! Routes of a host application outside the base path are not touched: what other origins may
//! read there is for the host to say. See `docs/adr/0009-cors.md`.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, Method, Status};
use rocket::{Request, Response};

use super::catchers::allowed_methods;
use crate::config::CorsSettings;
use crate::http::app_state::AppState;
use crate::http::policy::is_below;
use crate::http::policy::origin::single;

/// What our bodies and the CSRF check need. Not `Authorization`: a page has no access token that
/// it could put there.
const REQUEST_HEADERS: &str = "Content-Type, X-CSRFToken";
/// Headers of ours that a script may read beside the ones that every script may.
const EXPOSED_HEADERS: &str = "Allow, Retry-After, WWW-Authenticate";
/// For how many seconds a browser need not ask again; ten minutes are Chromium's order.
const MAX_AGE: &str = "600";
/// Everything that an answer to a preflight depends on.
const PREFLIGHT_VARY: &str = "Cookie, Origin, Sec-Fetch-Site, Access-Control-Request-Method, \
                              Access-Control-Request-Headers";

/// The fairing; attached after the one that sets `Vary`.
pub(crate) struct Cors {
    allowed: Vec<String>,
}

impl Cors {
    pub(crate) fn new(settings: &CorsSettings) -> Self {
        let allowed = settings.allowed_origins.iter();
        Self {
            allowed: allowed.map(|origin| origin.as_str().to_owned()).collect(),
        }
    }

    /// The request's origin, if it came once and is on the list, byte for byte.
    fn origin_of(&self, request: &Request<'_>) -> Option<&str> {
        let origin = single(request.headers(), "Origin").ok().flatten()?;
        let mut allowed = self.allowed.iter();
        allowed
            .find(|allowed| *allowed == origin)
            .map(String::as_str)
    }
}

#[rocket::async_trait]
impl Fairing for Cors {
    fn info(&self) -> Info {
        Info {
            name: "rocket-accounts: answers for other origins",
            kind: Kind::Response,
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let Some(app) = request.rocket().state::<AppState>() else {
            return;
        };
        if !is_below(request.uri().path().as_str(), &app.base) {
            return;
        }
        let Some(origin) = self.origin_of(request) else {
            return;
        };
        response.set_raw_header("Access-Control-Allow-Origin", origin.to_owned());
        response.set_header(Header::new("Access-Control-Allow-Credentials", "true"));
        if is_preflight(request) {
            permit(request, response);
        } else {
            let exposed = Header::new("Access-Control-Expose-Headers", EXPOSED_HEADERS);
            response.set_header(exposed);
        }
    }
}

/// Whether a browser asks before it sends the real request.
fn is_preflight(request: &Request<'_>) -> bool {
    request.method() == Method::Options
        && request.headers().contains("Access-Control-Request-Method")
        && request.route().is_none()
}

/// Turns the refusal of OPTIONS into a permission. A path that nobody serves is permitted too,
/// with no method beyond those that need no permission: the page then reads the 404, where it
/// would see a network error otherwise.
fn permit(request: &Request<'_>, response: &mut Response<'_>) {
    let methods = allowed_methods(request);
    let methods: Vec<_> = methods.iter().map(|method| method.as_str()).collect();
    response.set_status(Status::NoContent);
    drop(response.body_mut().take());
    for name in ["Content-Type", "Allow"] {
        response.remove_header(name);
    }
    if !methods.is_empty() {
        response.set_raw_header("Access-Control-Allow-Methods", methods.join(", "));
    }
    for (name, value) in [
        ("Access-Control-Allow-Headers", REQUEST_HEADERS),
        ("Access-Control-Max-Age", MAX_AGE),
        ("Vary", PREFLIGHT_VARY),
    ] {
        response.set_header(Header::new(name, value));
    }
}
