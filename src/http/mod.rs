//! Layer 3: the only layer that knows Rocket.
//!
//! Routes are thin: guards parse the request, a use case of [`auth`](rocket_accounts_core::auth)
//! does the work, `Reply` or [`Rejection`] answers. Status codes stand in `response/error.rs`
//! alone. A new route is a file in `routes/`, mounted in `routes::all` and described in `openapi`.
//! `frontend` serves the files of a built front end at `/`, and `page` is the one that `cargo run`
//! has without one.

mod app_state;
mod frontend;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod guard;
mod observability;
#[cfg(feature = "openapi")]
mod openapi;
#[cfg(feature = "server")]
pub(crate) mod page;
pub(crate) mod policy;
mod request;
mod response;
mod routes;
pub(crate) mod stage;
mod tasks;

pub use observability::trace::spanned;
#[cfg(feature = "openapi")]
pub use openapi::openapi;
pub use policy::cookie::cookie_values;
pub use response::{ApiError, FieldErrors, Rejection, Unready, catchers};
pub use stage::{Builder, StageError};
