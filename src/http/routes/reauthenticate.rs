//! `POST auth/reauthenticate/`: proves the password once more.

use chrono::{DateTime, Utc};
use rocket::http::{Method, Status};
use rocket::serde::Serialize;
use rocket::{State, post};
use utoipa::ToSchema;

use super::user::Proof;
use crate::http::body::JsonBody;
use crate::http::cookie::{Clears, Held};
use crate::http::error::ApiError;
use crate::http::guard::CurrentUser;
use crate::http::openapi::{Described, Needs};
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::site::Site;

#[derive(Serialize, ToSchema)]
#[schema(as = Proved)]
struct Body {
    authenticated_at: DateTime<Utc>,
}

#[post("/auth/reauthenticate", data = "<body>")]
pub(super) async fn reauthenticate(
    site: &State<Site>,
    user: CurrentUser,
    held: Held<'_>,
    body: JsonBody<Proof>,
) -> Result<Reply, Refusal> {
    let authenticated_at = site.accounts.now();
    let proved = site
        .accounts
        .reauthenticate(user.authenticated(), &body.0.0)
        .await;
    proved.map_err(|error| {
        let clears = Clears::after_access(&error, user.session().id, site, &held.tokens.csrf);
        Refusal::clearing(error, clears)
    })?;
    Ok(Reply::ok(&Body { authenticated_at }))
}

pub(super) fn described() -> Described {
    const SAYS: [&str; 2] = [
        "Proves the password once more",
        "For the ten minutes in which sensitive steps are open (step-up; ASVS 5.0 7.5.1).",
    ];
    Described::new(
        Method::Post,
        "/auth/reauthenticate/",
        "reauthenticate",
        Needs::Session,
        SAYS,
    )
    .takes::<Proof>()
    .answers::<Body>(Status::Ok, "Proved.")
    .refuses([ApiError::too_many_attempts()])
}
