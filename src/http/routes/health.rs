//! `GET health/live` and `GET health/ready`: the probes of a supervisor or a load balancer.

use rocket::http::{Method, Status};
use rocket::serde::Serialize;
use rocket::{Shutdown, State, get};
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::health::{self, Unready};
use crate::http::openapi::{Described, Needs};
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::site::Site;

#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
struct Body {
    /// `live` or `ready`.
    status: &'static str,
}

/// Touches no store: a database that is down is no reason to restart this process.
#[get("/health/live")]
pub(super) fn live() -> Reply {
    Reply::ok(&Body { status: "live" })
}

#[get("/health/ready")]
pub(super) async fn ready(site: &State<Site>, shutdown: Shutdown) -> Result<Reply, Refusal> {
    let ready = health::check(site, shutdown).await;
    ready.map_err(ApiError::NotReady)?;
    Ok(Reply::ok(&Body { status: "ready" }))
}

pub(super) fn described() -> [Described; 2] {
    const LIVE: [&str; 2] = [
        "Tells whether the process serves",
        "Touches no store: a database that is down is no reason to restart the process.",
    ];
    const READY: [&str; 2] = [
        "Tells whether this replica should get requests",
        "Looks at store, schema and keys, for a second at most.",
    ];
    let live = Described::new(Method::Get, "/health/live/", "isLive", Needs::Nothing, LIVE);
    let ready = Described::new(
        Method::Get,
        "/health/ready/",
        "isReady",
        Needs::Nothing,
        READY,
    );
    [
        live.answers::<Body>(Status::Ok, "It does."),
        ready
            .answers::<Body>(Status::Ok, "It should.")
            .refuses([ApiError::NotReady(Unready::Store)]),
    ]
}
