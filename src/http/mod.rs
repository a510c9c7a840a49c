//! Layer 3: the only layer that knows Rocket.
//!
//! Routes are thin: guards parse the request, a use case of [`auth`](crate::auth) does the work,
//! `Reply` or [`Rejection`] is the response. Status codes are in `response/error.rs` alone. A new
//! route is a file in `routes/`, mounted in `routes::all` and described in `openapi`. `frontend`
//! serves the files of a built front end at `/`, and `page` is the one of `cargo run` without a
//! front end.

mod app_state;
mod frontend;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod guard;
mod observability;
mod openapi;
pub(crate) mod page;
pub(crate) mod policy;
mod request;
mod response;
mod routes;
pub(crate) mod stage;
mod tasks;

pub use observability::trace::spanned;
pub use openapi::openapi;
pub use policy::cookie::cookie_values;
pub use response::{ApiError, FieldErrors, Rejection, Unready, catchers};
pub use stage::{Builder, StageError};
