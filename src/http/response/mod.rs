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
pub(crate) use problem::Problem;
pub use rejection::Rejection;
pub(crate) use reply::{Reply, SessionBody, UserBody};
pub(crate) use security_headers::SecurityHeaders;
pub use unready::Unready;
