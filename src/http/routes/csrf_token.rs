//! `GET csrf_token/`: issues or renews the CSRF cookie.

use rocket::serde::Serialize;
use rocket::{State, get};

use super::super::cookie::Held;
use super::super::refusal::Refusal;
use super::super::reply::Reply;
use super::super::site::Site;

#[derive(Serialize)]
struct Body<'a> {
    token: &'a str,
}

#[get("/csrf_token")]
pub(super) fn csrf_token(site: &State<Site>, held: Held<'_>) -> Result<Reply, Refusal> {
    let token = site.accounts.csrf_token_for(&held.access, &held.csrf)?;
    let cookie = site.cookies.csrf(&token, site.csrf_max_age);
    Ok(Reply::ok(&Body { token: &token }).with_cookies([cookie]))
}
