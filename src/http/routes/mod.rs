//! The routes, one a file.

mod csrf_token;
mod health;
mod jwks;
mod login;
mod logout;
mod password;
mod reauthenticate;
mod refresh;
mod register;
mod sessions;
mod user;
mod verify;

use rocket::Route;

#[cfg(feature = "openapi")]
use super::openapi::Operation;
pub(super) use jwks::mount_jwks;
#[cfg(feature = "fuzzing")]
pub(super) use login::Credentials;

/// Returns every route, to be mounted at the base path.
pub(super) fn all() -> Vec<Route> {
    rocket::routes![
        health::live,
        health::ready,
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
        verify::verify,
    ]
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
        verify::described(),
    ];
    described.extend(health::described());
    described.extend(user::described());
    described.extend(sessions::described());
    described
}
