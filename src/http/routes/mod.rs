//! The routes, one a file.

mod csrf_token;
mod login;
mod logout;
mod password;
mod reauthenticate;
mod refresh;
mod register;
mod service;
mod sessions;
mod user;

use rocket::Route;

#[cfg(feature = "openapi")]
use super::openapi::Operation;
#[cfg(feature = "fuzzing")]
pub(super) use login::Credentials;
pub(super) use service::mount_jwks;

/// Returns every route, to be mounted at the base path.
pub(super) fn all() -> Vec<Route> {
    let mut routes = rocket::routes![
        csrf_token::csrf_token,
        login::login,
        refresh::refresh,
        logout::logout,
        reauthenticate::reauthenticate,
        register::register,
        user::show,
        user::rename,
        user::delete_account,
        password::change,
        sessions::list,
        sessions::end,
        sessions::end_others,
    ];
    routes.extend(service::all());
    routes
}

/// Returns the descriptions of all routes.
#[cfg(feature = "openapi")]
pub(super) fn described() -> Vec<Operation> {
    let mut described = vec![
        csrf_token::described(),
        login::described(),
        refresh::described(),
        logout::described(),
        reauthenticate::described(),
        register::described(),
        password::described(),
    ];
    described.extend(service::described());
    described.extend(user::described());
    described.extend(sessions::described());
    described
}
