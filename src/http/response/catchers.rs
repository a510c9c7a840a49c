//! Catchers: Rocket's own errors in the form of all others.

use rocket::http::uri::Origin;
use rocket::http::{Method, Status};
use rocket::{Catcher, Request};

use super::error::ApiError;
use super::rejection::{CachedRejection, Rejection};
use crate::http::app_state::AppState;
use crate::http::policy::is_below;

/// Returns catchers that respond with problem details. [`stage`](crate::Accounts::stage) registers
/// them at the base path; a host application whose own routes use our guards may register them at
/// `/` too, so that a failed guard has the same response everywhere. The host's own errors keep
/// their status.
#[must_use]
pub fn catchers() -> Vec<Catcher> {
    rocket::catchers![default]
}

#[rocket::catch(default)]
fn default(status: Status, request: &Request<'_>) -> Rejection {
    if let Some(refusal) = CachedRejection::of(request)
        && refusal.status() == status
    {
        return refusal;
    }
    if !is_ours(request) {
        return ApiError::of_host(status).into();
    }
    if status == Status::NotFound {
        let allowed = allowed_methods(request);
        if !allowed.is_empty() {
            return ApiError::MethodNotAllowed(allowed).into();
        }
    }
    ApiError::from_status(status).into()
}

/// Returns whether the request's path is the base or below it.
fn is_ours(request: &Request<'_>) -> bool {
    let app = request.rocket().state::<AppState>();
    app.is_some_and(|app| is_below(request.uri().path().as_str(), &app.base))
}

/// Returns the methods of the mounted routes that have the request's path. Rocket answers 404 both
/// to an unknown path and to the wrong method of a known one.
pub(super) fn allowed_methods(request: &Request<'_>) -> Vec<Method> {
    let is_here = |uri: &Origin<'_>| {
        let known = uri.path().segments().map(str::to_owned);
        matches(&known.collect::<Vec<_>>(), request)
    };
    let base = request
        .rocket()
        .state::<AppState>()
        .map_or("", |app| &app.base);
    let routes = request.rocket().routes();
    let routes = routes.filter(|route| route.uri.as_str().starts_with(base));
    let mut methods: Vec<_> = routes
        .filter(|route| Origin::parse_route(route.uri.as_str()).is_ok_and(|uri| is_here(&uri)))
        .flat_map(|route| {
            // Rocket answers HEAD with the route of GET.
            let head = (route.method == Method::Get).then_some(Method::Head);
            std::iter::once(route.method).chain(head)
        })
        .collect();
    methods.sort_by_key(|method| method.as_str());
    methods.dedup();
    methods
}

fn matches(pattern: &[String], request: &Request<'_>) -> bool {
    let path = request.uri().path();
    let mut segments = path.segments();
    for part in pattern {
        if part.starts_with('<') && part.ends_with("..>") {
            return true;
        }
        match segments.next() {
            Some(segment) if part.starts_with('<') || part == segment => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}
