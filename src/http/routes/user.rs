//! `user/`: the signed-in user.

use rocket::{State, delete, get, patch};

use super::super::body::{Fields, FromFields, JsonBody};
use super::super::cookie::Clears;
use super::super::guard::CurrentUser;
use super::super::refusal::Refusal;
use super::super::reply::{Reply, UserBody};
use super::super::site::Site;
use crate::domain::credentials::{Password, PersonName};

#[get("/user")]
pub(super) fn show(user: CurrentUser) -> Reply {
    Reply::ok(&UserBody::from(user.user()))
}

pub(super) struct Names {
    first_name: Option<PersonName>,
    last_name: Option<PersonName>,
}

impl FromFields for Names {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            first_name: fields.name("first_name"),
            last_name: fields.name("last_name"),
        })
    }
}

#[patch("/user", data = "<body>")]
pub(super) async fn rename(
    site: &State<Site>,
    user: CurrentUser,
    body: JsonBody<Names>,
) -> Result<Reply, Refusal> {
    let Names {
        first_name,
        last_name,
    } = body.0;
    let renamed = site
        .accounts
        .rename(user.id, first_name.as_ref(), last_name.as_ref());
    Ok(Reply::ok(&UserBody::from(&renamed.await?)))
}

/// The password, to prove who is there.
pub(super) struct Proof(pub(super) Password);

impl FromFields for Proof {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        fields.password("password").map(Self)
    }
}

#[delete("/user", data = "<body>")]
pub(super) async fn leave(
    site: &State<Site>,
    user: CurrentUser,
    body: JsonBody<Proof>,
) -> Result<Reply, Refusal> {
    site.accounts.leave(user.authenticated(), &body.0.0).await?;
    Ok(Reply::no_content().with_cookies(site.cookies.clear(Clears::All)))
}
