//! `GET /.well-known/jwks.json`: the public keys that other services verify access tokens with.

use rocket::http::{ContentType, Header};
use rocket::response::{Responder, Response, Result};
use rocket::{Build, Request, Rocket, State, get, routes};

use crate::accounts::Accounts;
use crate::http::app_state::AppState;
use crate::http::request::forms::without_forms;

/// A key must be staged for longer than this before it signs: `docs/deployment.md`.
const CACHE: &str = "public, max-age=300";

/// A JWK Set (RFC 7517 section 8.5).
pub(super) struct JwkSet {
    document: String,
    hsts: Option<String>,
}

/// Returns the public keys of the whole ring. It contains no secret.
#[get("/.well-known/jwks.json")]
fn jwks(app: &State<AppState>) -> Option<JwkSet> {
    let document = app.accounts.jwks()?;
    let hsts = app.hsts.clone();
    Some(JwkSet { document, hsts })
}

impl<'r> Responder<'r, 'static> for JwkSet {
    fn respond_to(self, _: &'r Request<'_>) -> Result<'static> {
        let mut response = Response::build();
        if let Some(policy) = self.hsts {
            response.header(Header::new("Strict-Transport-Security", policy));
        }
        response
            .header(ContentType::new("application", "jwk-set+json"))
            .header(Header::new("Cache-Control", CACHE))
            .header(Header::new("Vary", "Origin"))
            .header(Header::new("X-Content-Type-Options", "nosniff"))
            .sized_body(self.document.len(), std::io::Cursor::new(self.document))
            .ok()
    }
}

/// Mounts the document at its well-known path, and below the base path, for a proxy that forwards
/// only that; only if there are public keys.
pub(crate) fn mount_jwks(rocket: Rocket<Build>, accounts: &Accounts, base: &str) -> Rocket<Build> {
    if accounts.jwks().is_none() {
        return rocket;
    }
    rocket
        .mount("/", routes![jwks])
        .mount(base.to_owned(), without_forms(routes![jwks]))
}
