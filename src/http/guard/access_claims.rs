//! A valid access token.

use std::ops::Deref;

use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel};

use crate::http::app_state::AppState;
use crate::http::request::app_state;
use crate::http::request::credential;
use crate::http::response::Rejection;
use rocket_accounts_core::crypto::token::Claims;

/// The claims of the request's access token. Costs no look-up, so a revoked session is noticed only
/// when the token expires: for hot routes that can accept that.
#[derive(Debug, Clone)]
pub struct AccessClaims(Claims);

impl Deref for AccessClaims {
    type Target = Claims;

    fn deref(&self) -> &Claims {
        &self.0
    }
}

/// The result, cached for the request.
struct Verified(Result<Claims, Rejection>);

/// Verifies the request's credential once.
pub(super) fn verified<'r>(
    request: &'r Request<'_>,
    app: &AppState,
) -> &'r Result<Claims, Rejection> {
    &request
        .local_cache(|| Verified(credential::verify(request, app)))
        .0
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AccessClaims {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let app = try_outcome!(app_state(request));
        match verified(request, app) {
            Ok(claims) => Outcome::Success(Self(claims.clone())),
            Err(refusal) => refusal.clone().outcome(request),
        }
    }
}

impl Sentinel for AccessClaims {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        super::stage_is_missing(rocket)
    }
}
