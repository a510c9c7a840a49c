//! `POST auth/refresh_token/`: a new access and refresh token.

use rocket::http::{Method, Status};
use rocket::{State, post};

use super::super::client::Browser;
use super::super::cookie::{Clears, Held};
use super::super::csrf::FromSite;
use super::super::error::ApiError;
use super::super::openapi::{Described, Needs};
use super::super::refusal::Refusal;
use super::super::reply::{Reply, SessionBody};
use super::super::site::Site;

#[post("/auth/refresh_token")]
pub(super) async fn refresh(
    site: &State<Site>,
    _from: FromSite,
    held: Held<'_>,
    browser: Browser,
) -> Result<Reply, Refusal> {
    let refreshed = site
        .accounts
        .refresh(&held.refresh, browser.0.address)
        .await;
    let signed_in = refreshed.map_err(|error| {
        let clears = Clears::made_useless_by(&error, Clears::Refresh);
        Refusal::clearing(error, clears)
    })?;
    Ok(Reply::signed_in(site, &signed_in))
}

pub(super) fn described() -> Described {
    const SAYS: [&str; 2] = [
        "Gets a new access and refresh token",
        "Refresh tokens rotate (RFC 9700, section 4.14.2). One whose answer was lost may be sent \
         again. Tabs may refresh at the same time: the newest token is not rotated in the first \
         seconds, and its answer does not set the refresh cookie. A spent token that comes back \
         later than that after its successor was used ends the session.",
    ];
    Described::new(
        Method::Post,
        "/auth/refresh_token/",
        "refresh",
        Needs::Refresh,
        SAYS,
    )
    .answers::<SessionBody<'_>>(Status::Ok, "Still signed in.")
    .with_cookies("All three; access and CSRF cookie alone if the refresh token stays the same.")
    .refuses([
        ApiError::RefreshTokenMissing,
        ApiError::TokenNotValid,
        ApiError::SessionEnded,
        ApiError::too_many_attempts(),
        ApiError::Unavailable,
    ])
}
