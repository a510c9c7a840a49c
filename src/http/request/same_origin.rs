//! The first layer of CSRF protection, and recording the refusals of both layers.

use rocket::Request;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};

use super::app_state;
use super::client_info::client_address;
use crate::http::app_state::AppState;
use crate::http::policy::origin::single;
use crate::http::response::{ApiError, Rejection};
use rocket_accounts_core::auth::{self, EventKind, EventSubject};

/// A guard for unsafe routes without a session: the request comes from an allowed origin.
pub(crate) struct SameOrigin(());

#[rocket::async_trait]
impl<'r> FromRequest<'r> for SameOrigin {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let app = try_outcome!(app_state(request));
        match check_origin(app, request) {
            Ok(()) => Outcome::Success(Self(())),
            Err(error) => Rejection::from(error).outcome(request),
        }
    }
}

/// Checks that a request comes from an allowed origin.
///
/// # Errors
/// [`ApiError::OriginRefused`], which is logged and recorded.
pub(crate) fn check_origin(app: &AppState, request: &Request<'_>) -> Result<(), ApiError> {
    if app.origins.admits(request.headers()) {
        return Ok(());
    }
    app.origins.log_refusal(request.headers());
    record(app, request);
    Err(ApiError::OriginRefused)
}

/// Passes the result of the second layer on, and records a refusal.
///
/// # Errors
/// Those of the result.
pub(crate) fn record_csrf_failure<T>(
    app: &AppState,
    request: &Request<'_>,
    checked: Result<T, auth::Error>,
) -> Result<T, auth::Error> {
    checked.inspect_err(|error| {
        if matches!(error, auth::Error::CsrfFailed) {
            record(app, request);
        }
    })
}

fn record(app: &AppState, request: &Request<'_>) {
    let about = EventSubject::address(client_address(request, app));
    app.accounts.record(EventKind::CsrfFailed, about);
}

/// Returns the CSRF token in the header; `None` if there are several.
pub(crate) fn submitted<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    single(request.headers(), "X-CSRFToken").ok().flatten()
}
