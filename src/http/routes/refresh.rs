//! `POST auth/refresh_token/`: a new access and refresh token.

use rocket::{State, post};

use super::super::client::Browser;
use super::super::cookie::{Clears, Held};
use super::super::csrf::FromSite;
use super::super::refusal::Refusal;
use super::super::reply::Reply;
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
