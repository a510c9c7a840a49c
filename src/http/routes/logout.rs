//! `POST auth/logout/`: ends the session that the request names, whatever state it is in; with
//! `?everywhere` all of the user's.

use rocket::http::{Method, Status};
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::serde::Serialize;
use rocket::{Request, State, post};
use utoipa::ToSchema;

use super::sessions::StepUp;
use crate::crypto::token::Claims;
use crate::domain::session::RevocationReason;
use crate::domain::user::UserId;
use crate::http::cookie::{Clears, Held};
use crate::http::credential;
use crate::http::csrf::{self, FromSite};
use crate::http::error::ApiError;
use crate::http::openapi::{Described, Needs};
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::site::Site;

/// What is to be ended.
pub(super) enum Scope {
    /// The sessions that the request proves to hold. It is no fault to hold none.
    Held(Vec<Claims>),
    /// All of a user's. This acts on other browsers, so unlike a plain logout it needs a live
    /// session and a fresh proof of the password.
    Everywhere(UserId),
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Scope {
    type Error = Refusal;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refusal> {
        // The values that the description lists, in this case alone.
        match request.query_value::<&str>("everywhere") {
            None | Some(Ok("false" | "no" | "off")) => held(request).await,
            Some(Ok("" | "true" | "yes" | "on")) => {
                let user = try_outcome!(StepUp::from_request(request).await);
                Outcome::Success(Self::Everywhere(user.id))
            }
            // Not to be taken for a plain logout.
            Some(_) => Refusal::from(ApiError::BadRequest).outcome(request),
        }
    }
}

async fn held(request: &Request<'_>) -> Outcome<Scope, Refusal> {
    let site = try_outcome!(Site::of(request));
    if let Some(tokens) = credential::bearer_tokens(request, site) {
        let named = site.accounts.session_of_bearer(&tokens);
        return Outcome::Success(Scope::Held(named.into_iter().collect()));
    }
    try_outcome!(FromSite::from_request(request).await);
    let held = try_outcome!(Held::from_request(request).await);
    let header = csrf::submitted(request);
    match site.accounts.sessions_to_end(&held.tokens, header) {
        Ok(sessions) => Outcome::Success(Scope::Held(sessions)),
        Err(error) => Refusal::from(error).outcome(request),
    }
}

#[derive(Serialize, ToSchema)]
struct Empty {}

#[post("/auth/logout")]
pub(super) async fn logout(site: &State<Site>, scope: Scope) -> Result<Reply, Refusal> {
    match scope {
        Scope::Held(sessions) => site.accounts.logout(&sessions).await?,
        Scope::Everywhere(user) => {
            let reason = RevocationReason::Logout;
            site.accounts.end_sessions(user, None, reason).await?;
        }
    }
    Ok(Reply::ok(&Empty {}).with_cookies(site.cookies.clear(Clears::All)))
}

pub(super) fn described() -> Described {
    const SAYS: [&str; 2] = [
        "Ends the session",
        "In whatever state it is: without a live session there is nothing to end, and the cookies \
         are cleared all the same.",
    ];
    const EVERYWHERE: &str = "Ends all sessions of the user, which needs a live session and the \
                              password proved in the last 10 minutes.";
    Described::new(
        Method::Post,
        "/auth/logout/",
        "logOut",
        Needs::AnyState,
        SAYS,
    )
    .flag("everywhere", EVERYWHERE)
    .answers::<Empty>(Status::Ok, "Signed out.")
    .with_cookies("Clears all three.")
    .refuses([ApiError::BadRequest, ApiError::ReauthenticationRequired])
}
