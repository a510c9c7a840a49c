//! A user, if the request has a credential.

use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel};

use super::current_user::{CurrentUser, find_user};
use crate::http::request::app_state;
use crate::http::response::ApiError;
use crate::http::response::Rejection;

/// The user of the request, or `None` without any credential. An invalid token, an ended session
/// and an unavailable store are refused, so that a signed-in user is never silently treated as
/// anonymous. Use this, not `Option<CurrentUser>`.
#[derive(Debug, Clone)]
pub struct MaybeUser(Option<CurrentUser>);

impl MaybeUser {
    /// Returns the user, if there is one.
    #[must_use]
    pub fn user(&self) -> Option<&CurrentUser> {
        self.0.as_ref()
    }

    /// Returns the user, if there is one.
    #[must_use]
    pub fn into_user(self) -> Option<CurrentUser> {
        self.0
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for MaybeUser {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let app = try_outcome!(app_state(request));
        match find_user(request, app).await {
            Ok(user) => Outcome::Success(Self(Some(user.clone()))),
            Err(refusal) if refusal.error == ApiError::NotAuthenticated => {
                Outcome::Success(Self(None))
            }
            Err(refusal) => refusal.clone().outcome(request),
        }
    }
}

impl Sentinel for MaybeUser {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        super::stage_is_missing(rocket)
    }
}
