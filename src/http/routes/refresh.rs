//! `POST auth/refresh_token/`: a new access and refresh token.

use rocket::http::{Method, Status};
use rocket::{State, post};

use crate::auth::Error;
use crate::http::client::Browser;
use crate::http::cookie::{Clears, Held};
use crate::http::csrf::FromSite;
use crate::http::error::ApiError;
use crate::http::openapi::{Described, Needs};
use crate::http::refusal::Refusal;
use crate::http::reply::{Reply, SessionBody};
use crate::http::site::Site;

#[post("/auth/refresh_token")]
pub(super) async fn refresh(
    site: &State<Site>,
    _from: FromSite,
    held: Held<'_>,
    browser: Browser,
) -> Result<Reply, Refusal> {
    let refreshed = site.accounts.refresh(&held.tokens, browser.0.address).await;
    let signed_in = refreshed.map_err(|error| {
        if matches!(error, Error::RefreshTokenMissing) && !held.tokens.refresh.is_empty() {
            log_unbound(site);
        }
        let clears = Clears::after_refresh(&error, site, &held);
        Refusal::clearing(error, clears)
    })?;
    Ok(Reply::signed_in(site, &signed_in, &held))
}

/// In development this is most likely a client that does not send the CSRF cookie along, in release
/// a cookie that another host has set.
fn log_unbound(site: &Site) {
    let [_, refresh, csrf] = site.cookies.names();
    if site.cookies.is_insecure() {
        tracing::warn!(
            refresh_cookie = refresh,
            csrf_cookie = csrf,
            "a refresh token was ignored: it counts only beside the CSRF cookie of its session"
        );
    } else {
        tracing::debug!("a refresh token was ignored: no CSRF cookie of its session came along");
    }
}

pub(super) fn described() -> Described {
    const SAYS: [&str; 2] = [
        "Gets a new access and refresh token",
        "Refresh tokens rotate (RFC 9700, section 4.14.2). One whose answer was lost may be sent \
         again. Tabs may refresh at the same time: the newest token is not rotated in the first \
         seconds, and its answer sets the access cookie alone. A spent token that comes back \
         later than that after its successor was used ends the session. A token counts only beside \
         the CSRF cookie of its session.",
    ];
    Described::new(
        Method::Post,
        "/auth/refresh_token/",
        "refresh",
        Needs::Refresh,
        SAYS,
    )
    .answers::<SessionBody<'_>>(Status::Ok, "Still signed in.")
    .with_cookies("All three, or the access cookie alone if the refresh token stays the same.")
    .refuses([
        ApiError::RefreshTokenMissing,
        ApiError::TokenNotValid,
        ApiError::SessionEnded,
        ApiError::too_many_attempts(),
        ApiError::Unavailable,
    ])
}
