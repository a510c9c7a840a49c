//! `GET health/live` and `GET health/ready`: the probes of a supervisor or a load balancer.

use rocket::serde::Serialize;
use rocket::{Shutdown, State, get};

use crate::http::app_state::AppState;
use crate::http::observability::readiness;
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::response::ApiError;
use crate::http::response::Rejection;
use crate::http::response::Reply;

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Health))]
struct Body {
    /// `live` or `ready`.
    status: &'static str,
}

/// Uses no store: a database that is down is no reason to restart this process.
#[get("/health/live")]
pub(super) fn live() -> Reply {
    Reply::ok(&Body { status: "live" })
}

#[get("/health/ready")]
pub(super) async fn ready(app: &State<AppState>, shutdown: Shutdown) -> Result<Reply, Rejection> {
    let ready = readiness::check(app, shutdown).await;
    ready.map_err(ApiError::NotReady)?;
    Ok(Reply::ok(&Body { status: "ready" }))
}

#[cfg(feature = "openapi")]
pub(super) fn described() -> [Operation; 2] {
    use crate::http::response::Unready;
    use rocket::http::{Method, Status};

    const LIVE: [&str; 2] = [
        "Reports whether the process is alive",
        "Uses no store: a database that is down is no reason to restart the process.",
    ];
    const READY: [&str; 2] = [
        "Reports whether this replica should receive requests",
        "Checks store, schema and keys, for a second at most.",
    ];
    let live = Operation::new(Method::Get, "/health/live/", "isLive", Auth::Nothing, LIVE);
    let ready = Operation::new(
        Method::Get,
        "/health/ready/",
        "isReady",
        Auth::Nothing,
        READY,
    );
    [
        live.answers::<Body>(Status::Ok, "It does."),
        ready
            .answers::<Body>(Status::Ok, "It should.")
            .rejects([ApiError::NotReady(Unready::Store)]),
    ]
}
