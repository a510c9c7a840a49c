//! Routes for other programs: probes, the JWK Set, the subrequest of a proxy.

mod health;
mod jwks;
mod verify;

use rocket::Route;

#[cfg(feature = "openapi")]
use crate::http::openapi::Operation;

pub(in crate::http) use jwks::mount_jwks;

/// Returns the routes but that of the JWK Set, which is not below the base path.
pub(super) fn all() -> Vec<Route> {
    rocket::routes![health::live, health::ready, verify::verify]
}

/// Returns the descriptions of these routes.
#[cfg(feature = "openapi")]
pub(super) fn described() -> [Operation; 3] {
    let [live, ready] = health::described();
    [live, ready, verify::described()]
}
