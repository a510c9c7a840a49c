//! The routes, one a file, called by its verb.

mod csrf_token;
mod login;
mod logout;
mod refresh;
mod user;

use rocket::Route;

/// Every route, to be mounted at the base path.
pub(super) fn all() -> Vec<Route> {
    rocket::routes![
        csrf_token::csrf_token,
        login::login,
        refresh::refresh,
        logout::logout,
        user::show,
    ]
}
