//! Guards for routes: what a request *holds*.
//!
//! | guard | means |
//! |---|---|
//! | [`CurrentUser`] | a live session of an active user, checked against the store |
//! | [`MaybeUser`] | the same, or no credential at all |
//! | [`Fresh`] | a `CurrentUser` who confirmed the password recently |
//! | [`AccessClaims`] | a valid access token, without a query of the store |
//!
//! All demand that an unsafe request with a cookie passed both layers of CSRF protection, so a
//! route is protected by its signature alone. They hold no logic: they extract, ask
//! [`auth`](rocket_accounts_core::auth), and cache the result for the rest of the request. Each is
//! a `Sentinel`: a route that takes one on a Rocket without [`stage`](crate::Accounts::stage) does
//! not launch.

mod access_claims;
mod current_user;
mod fresh;
mod maybe_user;

pub use access_claims::AccessClaims;
pub use current_user::CurrentUser;
pub(super) use current_user::acting;
pub use fresh::Fresh;
pub use maybe_user::MaybeUser;

use super::app_state::AppState;
use rocket::{Ignite, Rocket};

/// Returns whether the launch must be stopped, for sentinels.
fn stage_is_missing(rocket: &Rocket<Ignite>) -> bool {
    let is_missing = rocket.state::<AppState>().is_none();
    if is_missing {
        tracing::error!("a route uses a guard of rocket-accounts: attach Accounts::stage()");
    }
    is_missing
}
