//! `GET health/live` and `GET health/ready`: the probes of a supervisor or a load balancer.

use rocket::serde::Serialize;
use rocket::{Shutdown, State, get};

use super::super::error::ApiError;
use super::super::health;
use super::super::refusal::Refusal;
use super::super::reply::Reply;
use super::super::site::Site;

#[derive(Serialize)]
struct Body {
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
