//! `POST auth/logout/`: ends the session that the request names, whatever state it is in; with
//! `?everywhere` all of the user's.

use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::serde::Serialize;
use rocket::{Request, State, post};

use super::sessions::StepUp;
use crate::http::app_state::AppState;
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::cookie::{CookiesToClear, PresentedCookies};
use crate::http::request::SameOrigin;
use crate::http::request::app_state;
use crate::http::request::credential;
use crate::http::request::same_origin::{record_csrf_failure, submitted};
use crate::http::response::ApiError;
use crate::http::response::Rejection;
use crate::http::response::Reply;
use rocket_accounts_core::crypto::token::Claims;
use rocket_accounts_core::domain::session::RevocationReason;
use rocket_accounts_core::domain::user::UserId;

/// The sessions to end.
pub(super) enum Scope {
    /// The sessions that the request proves to hold, perhaps none.
    Presented(Vec<Claims>),
    /// All sessions of a user. This affects other browsers, so unlike a plain logout it needs a
    /// live session and a recent confirmation of the password.
    Everywhere(UserId),
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Scope {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        // Only the values that the description lists, in this letter case.
        match request.query_value::<&str>("everywhere") {
            None | Some(Ok("false" | "no" | "off")) => held(request).await,
            Some(Ok("" | "true" | "yes" | "on")) => {
                let user = try_outcome!(StepUp::from_request(request).await);
                Outcome::Success(Self::Everywhere(user.id))
            }
            // Must not be treated as a plain logout.
            Some(_) => Rejection::from(ApiError::BadRequest).outcome(request),
        }
    }
}

async fn held(request: &Request<'_>) -> Outcome<Scope, Rejection> {
    let app = try_outcome!(app_state(request));
    if let Some(tokens) = credential::bearer_tokens(request, app) {
        let named = app.accounts.session_of_bearer(&tokens);
        return Outcome::Success(Scope::Presented(named.into_iter().collect()));
    }
    try_outcome!(SameOrigin::from_request(request).await);
    let held = try_outcome!(PresentedCookies::from_request(request).await);
    let header = submitted(request);
    let found = app.accounts.sessions_to_end(&held.tokens, header);
    match record_csrf_failure(app, request, found) {
        Ok(sessions) => Outcome::Success(Scope::Presented(sessions)),
        Err(error) => Rejection::from(error).outcome(request),
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct Empty {}

#[post("/auth/logout")]
pub(super) async fn logout(app: &State<AppState>, scope: Scope) -> Result<Reply, Rejection> {
    match scope {
        Scope::Presented(sessions) => app.accounts.logout(&sessions).await?,
        Scope::Everywhere(user) => {
            let reason = RevocationReason::Logout;
            app.accounts.end_sessions(user, None, reason).await?;
        }
    }
    Ok(Reply::ok(&Empty {}).with_cookies(app.cookies.clear(CookiesToClear::All)))
}

#[cfg(feature = "openapi")]
pub(super) fn described() -> Operation {
    use rocket::http::{Method, Status};

    const SAYS: [&str; 2] = [
        "Ends the session",
        "Always succeeds: without a live session there is nothing to end, and the cookies \
         are still cleared.",
    ];
    const EVERYWHERE: &str = "Ends all sessions of the user, which needs a live session and the \
                              password confirmed in the last 10 minutes.";
    Operation::new(
        Method::Post,
        "/auth/logout/",
        "logOut",
        Auth::AnyState,
        SAYS,
    )
    .flag("everywhere", EVERYWHERE)
    .answers::<Empty>(Status::Ok, "Signed out.")
    .with_cookies("Clears all three.")
    .rejects([ApiError::BadRequest, ApiError::ReauthenticationRequired])
}
