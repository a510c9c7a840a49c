//! `POST auth/reauthenticate/`: proves the password once more.

use chrono::{DateTime, Utc};
use rocket::serde::Serialize;
use rocket::{State, post};

use super::super::body::JsonBody;
use super::super::cookie::Clears;
use super::super::guard::CurrentUser;
use super::super::refusal::Refusal;
use super::super::reply::Reply;
use super::super::site::Site;
use super::user::Proof;

#[derive(Serialize)]
struct Body {
    authenticated_at: DateTime<Utc>,
}

#[post("/auth/reauthenticate", data = "<body>")]
pub(super) async fn reauthenticate(
    site: &State<Site>,
    user: CurrentUser,
    body: JsonBody<Proof>,
) -> Result<Reply, Refusal> {
    let authenticated_at = site.accounts.now();
    let proved = site
        .accounts
        .reauthenticate(user.authenticated(), &body.0.0)
        .await;
    proved.map_err(|error| {
        let clears = Clears::made_useless_by(&error, Clears::Nothing);
        Refusal::clearing(error, clears)
    })?;
    Ok(Reply::ok(&Body { authenticated_at }))
}
