//! The description of the API: OpenAPI 3.1, made from the code.
//!
//! Each file in `routes/` has a function `described` beside its handlers: its parameters, responses
//! and errors. Bodies are the types that the handlers read and write, errors are values of
//! [`ApiError`](super::ApiError), whose statuses and codes come from the one table.
//! `routes::described` lists them all; a test compares the list with the mounted routes, and every
//! response in the suite of the HTTP contract with the description.
//!
//! To add a route: write `described` beside the handler, and name it in `routes::described`.

mod answer;
mod document;
mod operation;
mod page;
mod problem;
mod security;

pub use document::openapi;
pub(super) use operation::Operation;
pub(super) use page::OpenApi;
pub(super) use security::Auth;
