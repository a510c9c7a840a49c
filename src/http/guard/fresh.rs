//! A user who confirmed the password recently.

use std::ops::Deref;

use chrono::TimeDelta;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel};

use super::current_user::CurrentUser;
use crate::http::app_state::AppState;
use crate::http::request::app_state;
use crate::http::response::ApiError;
use crate::http::response::Rejection;

/// A [`CurrentUser`] who confirmed the password at most `SECONDS` ago, at login or at
/// `auth/reauthenticate/` (step-up; ASVS 5.0 7.5.1). Otherwise 403 `reauthentication_required`.
///
/// ```
/// use rocket::post;
/// use rocket_accounts::Fresh;
///
/// #[post("/payout")]
/// fn payout(user: Fresh<300>) -> String {
///     format!("Paid out to {}.", user.username)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Fresh<const SECONDS: i64>(CurrentUser);

impl<const SECONDS: i64> Fresh<SECONDS> {
    /// Returns whether the user's confirmation is recent enough. One from the future is not: a
    /// clock was or is wrong. Clocks of replicas may differ by a minute.
    pub(crate) fn is_fresh(user: &CurrentUser, app: &AppState) -> bool {
        let age = app.accounts.now() - user.session().authenticated_at;
        (TimeDelta::seconds(-60)..=TimeDelta::seconds(SECONDS)).contains(&age)
    }
}

impl<const SECONDS: i64> Deref for Fresh<SECONDS> {
    type Target = CurrentUser;

    fn deref(&self) -> &CurrentUser {
        &self.0
    }
}

#[rocket::async_trait]
impl<'r, const SECONDS: i64> FromRequest<'r> for Fresh<SECONDS> {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let app = try_outcome!(app_state(request));
        let user = try_outcome!(CurrentUser::from_request(request).await);
        if Self::is_fresh(&user, app) {
            Outcome::Success(Self(user))
        } else {
            Rejection::from(ApiError::ReauthenticationRequired).outcome(request)
        }
    }
}

impl<const SECONDS: i64> Sentinel for Fresh<SECONDS> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        super::stage_is_missing(rocket)
    }
}
