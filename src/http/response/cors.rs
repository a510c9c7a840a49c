//! Cross-origin resource sharing: pages of configured origins may call the API and read its
//! responses (Fetch standard, "CORS protocol").
//!
//! A fairing, because the headers belong on every status, and errors come from catchers. An origin
//! that is not on the list gets no header, and by default the list is empty. Routes of a host
//! application outside the base path are not affected: CORS there is up to the host. See
//! `docs/adr/0009-cors.md`.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, Method, Status};
use rocket::{Request, Response};

use super::catchers::allowed_methods;
use crate::config::CorsSettings;
use crate::http::app_state::AppState;
use crate::http::policy::is_below;
use crate::http::policy::origin::single;

/// The headers of our bodies and the CSRF check. Not `Authorization`: a page has no access token to
/// send.
const REQUEST_HEADERS: &str = "Content-Type, X-CSRFToken";
/// Our headers that a script may read, besides the safelisted ones.
const EXPOSED_HEADERS: &str = "Allow, Retry-After, WWW-Authenticate";
/// How long a browser may cache a preflight, in seconds.
const MAX_AGE: &str = "600";
/// Everything that the response to a preflight depends on.
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

    /// Returns the request's origin, if there is exactly one and it is on the list, byte for byte.
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
            name: "rocket-accounts: CORS",
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

/// Returns whether the request is a preflight.
fn is_preflight(request: &Request<'_>) -> bool {
    request.method() == Method::Options
        && request.headers().contains("Access-Control-Request-Method")
        && request.route().is_none()
}

/// Turns the error for OPTIONS into a permission. An unknown path is permitted too, with only the
/// methods that need no permission: the page can then read the 404 instead of seeing a network
/// error.
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
