//! `GET csrf_token/`: returns the CSRF token, and sets its cookie if the session's is missing.

use rocket::serde::Serialize;
use rocket::{State, get};

use crate::http::app_state::AppState;
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::cookie::PresentedCookies;
use crate::http::response::Rejection;
use crate::http::response::Reply;
use rocket_accounts_core::auth::CsrfToken;

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CsrfToken))]
struct Body<'a> {
    /// To be sent in the header `X-CSRFToken`.
    token: &'a str,
}

#[get("/csrf_token")]
pub(super) async fn csrf_token(
    app: &State<AppState>,
    held: PresentedCookies<'_>,
) -> Result<Reply, Rejection> {
    let token = app.accounts.csrf_token_for(&held.tokens).await?;
    let reply = Reply::ok(&Body {
        token: token.as_str(),
    });
    Ok(match &token {
        CsrfToken::ForSession {
            token,
            remembered_until,
        } => {
            let now = app.accounts.now();
            reply.with_cookies([app.cookies.csrf(token, *remembered_until, now)])
        }
        CsrfToken::InCookie(_) | CsrfToken::Anonymous(_) => reply,
    })
}

#[cfg(feature = "openapi")]
pub(super) fn described() -> Operation {
    use crate::http::response::ApiError;
    use rocket::http::{Method, Status};

    const SAYS: [&str; 2] = [
        "Gets the CSRF token",
        "It stays the same for a session, whose cookie is set if it is missing. Without a \
         session the token is only in the body.",
    ];
    Operation::new(
        Method::Get,
        "/csrf_token/",
        "getCsrfToken",
        Auth::Nothing,
        SAYS,
    )
    .answers::<Body<'_>>(Status::Ok, "The token.")
    .with_cookies("The CSRF cookie, if the browser did not have that of the session.")
    .rejects([ApiError::Unavailable])
}
