//! `POST auth/refresh_token/`: a new access and refresh token.

use rocket::{State, post};

use crate::http::app_state::AppState;
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::cookie::{CookiesToClear, PresentedCookies};
use crate::http::request::ClientInfo;
use crate::http::request::SameOrigin;
use crate::http::response::Rejection;
use crate::http::response::Reply;
use rocket_accounts_core::auth::Error;

#[post("/auth/refresh_token")]
pub(super) async fn refresh(
    app: &State<AppState>,
    _from: SameOrigin,
    held: PresentedCookies<'_>,
    browser: ClientInfo,
) -> Result<Reply, Rejection> {
    let refreshed = app.accounts.refresh(&held.tokens, browser.0.address).await;
    let signed_in = refreshed.map_err(|error| {
        if matches!(error, Error::RefreshTokenMissing) && !held.tokens.refresh.is_empty() {
            log_unbound(app);
        }
        let useless = CookiesToClear::after_refresh(&error, &app.accounts, &held);
        Rejection::from(error).clearing(app.cookies.clear(useless))
    })?;
    Ok(Reply::signed_in(app, &signed_in, &held))
}

/// Logs an ignored refresh token: in development most likely of a client that does not send the
/// CSRF cookie, in release most likely planted by another host.
fn log_unbound(app: &AppState) {
    let [_, refresh, csrf] = app.cookies.names();
    if app.cookies.is_insecure() {
        tracing::warn!(
            refresh_cookie = refresh,
            csrf_cookie = csrf,
            "a refresh token was ignored: it is accepted only with the CSRF cookie of its session"
        );
    } else {
        tracing::debug!(
            "a refresh token was ignored: the request has no CSRF cookie of its session"
        );
    }
}

#[cfg(feature = "openapi")]
pub(super) fn described() -> Operation {
    use crate::http::response::ApiError;
    use crate::http::response::SessionBody;
    use rocket::http::{Method, Status};

    const SAYS: [&str; 2] = [
        "Gets a new access and refresh token",
        "Refresh tokens rotate (RFC 9700, section 4.14.2). One whose response was lost may be sent \
         again. Tabs may refresh at the same time: the newest token is not rotated in the first \
         seconds, and its response sets only the access cookie. A spent token that is used again \
         later than that after its successor was used ends the session. A token is valid only with \
         the CSRF cookie of its session.",
    ];
    Operation::new(
        Method::Post,
        "/auth/refresh_token/",
        "refresh",
        Auth::Refresh,
        SAYS,
    )
    .answers::<SessionBody<'_>>(Status::Ok, "Still signed in.")
    .with_cookies("All three, or only the access cookie if the refresh token stays the same.")
    .rejects([
        ApiError::RefreshTokenMissing,
        ApiError::TokenNotValid,
        ApiError::SessionEnded,
        ApiError::too_many_attempts(),
        ApiError::Unavailable,
    ])
}
