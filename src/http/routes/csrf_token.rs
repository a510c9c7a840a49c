//! `GET csrf_token/`: issues or renews the CSRF cookie.

use rocket::http::{Method, Status};
use rocket::serde::Serialize;
use rocket::{State, get};
use utoipa::ToSchema;

use super::super::cookie::Held;
use super::super::openapi::{Described, Needs};
use super::super::refusal::Refusal;
use super::super::reply::Reply;
use super::super::site::Site;

#[derive(Serialize, ToSchema)]
#[schema(as = CsrfToken)]
struct Body<'a> {
    /// To be sent in the header `X-CSRFToken`.
    token: &'a str,
}

#[get("/csrf_token")]
pub(super) fn csrf_token(site: &State<Site>, held: Held<'_>) -> Result<Reply, Refusal> {
    let token = site.accounts.csrf_token_for(&held.access, &held.csrf)?;
    let cookie = site.cookies.csrf(&token, site.csrf_max_age);
    Ok(Reply::ok(&Body { token: &token }).with_cookies([cookie]))
}

pub(super) fn described() -> Described {
    const SAYS: [&str; 2] = [
        "Issues or renews the CSRF cookie",
        "The token is also in the body, for pages that cannot read the cookie. It stays the same \
         for a session.",
    ];
    Described::new(
        Method::Get,
        "/csrf_token/",
        "getCsrfToken",
        Needs::Nothing,
        SAYS,
    )
    .answers::<Body<'_>>(Status::Ok, "The token.")
    .with_cookies("The CSRF cookie.")
}
