//! Floor 3: the only floor that knows Rocket.
//!
//! Routes are thin: guards take apart the request, a use case of [`auth`](crate::auth) does the
//! work, `Reply` or [`Refusal`] answers. Status codes stand in `error` alone.
//! A new route is a file in `routes/`, mounted in `routes::all` and described in `openapi`. `frontend`
//! serves the files of a built front end at `/`, and `page` is the one that `cargo run` has without
//! one.

pub(crate) mod body;
mod catchers;
mod client;
mod coherence;
pub(crate) mod cookie;
mod cors;
mod credential;
pub(crate) mod csrf;
mod database;
#[cfg(feature = "contract")]
pub mod doors;
mod error;
mod forms;
mod frontend;
pub mod guard;
pub(crate) mod headers;
mod health;
mod keys;
mod metrics;
mod mount;
mod openapi;
pub(crate) mod page;
mod patience;
mod purge;
mod refusal;
mod reply;
mod routes;
pub(crate) mod schema;
mod site;
mod stage;
mod stage_error;
mod trace;
mod unique_keys;

pub use catchers::catchers;
pub use cookie::cookie_values;
pub use error::{ApiError, FieldErrors};
pub use health::Unready;
pub use openapi::openapi;
pub use refusal::Refusal;
pub use stage::Builder;
pub use stage_error::StageError;
pub use trace::spanned;
