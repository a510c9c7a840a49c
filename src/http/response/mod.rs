//! Responses: JSON, problem documents, and the headers of every response.

mod catchers;
pub(crate) mod cors;
mod error;
mod problem;
mod rejection;
mod reply;
mod security_headers;
mod unready;

pub use catchers::catchers;
pub(crate) use error::sentence;
pub use error::{ApiError, FieldErrors};
#[cfg(feature = "openapi")]
pub(crate) use problem::Problem;
pub use rejection::Rejection;
#[cfg(feature = "openapi")]
pub(crate) use reply::SessionBody;
pub(crate) use reply::{Reply, UserBody};
pub(crate) use security_headers::SecurityHeaders;
pub use unready::Unready;
