//! Parsing requests: guards for our own routes, and the parts of those for hosts.

mod body;
#[cfg(feature = "openapi")]
mod body_schema;
mod client_info;
pub(crate) mod credential;
mod fields;
pub(crate) mod forms;
mod presented_cookies;
pub(crate) mod same_origin;
mod unique_keys;

use rocket::Request;
use rocket::request::Outcome;

#[cfg(feature = "fuzzing")]
pub(crate) use body::parse;
pub(crate) use body::{FromFields, JsonBody};
#[cfg(feature = "openapi")]
pub(crate) use body_schema::{BodySchema, Text};
pub(crate) use client_info::ClientInfo;
pub(crate) use fields::{Fields, Flag};
pub(crate) use same_origin::SameOrigin;

use super::app_state::AppState;
use super::response::{ApiError, Rejection};

/// Returns the state of the Rocket that a request came to. Sentinels make a missing one a launch
/// error, so the rejection is for a Rocket without sentinels.
pub(crate) fn app_state<'r>(request: &'r Request<'_>) -> Outcome<&'r AppState, Rejection> {
    match request.rocket().state::<AppState>() {
        Some(app) => Outcome::Success(app),
        None => Rejection::from(ApiError::Internal).outcome(request),
    }
}
