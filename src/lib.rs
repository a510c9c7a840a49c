//! Sign-in for browser front ends on your own domain.

pub mod auth;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod http;
pub mod store;

pub use auth::Accounts;
pub use http::guard::{AccessClaims, CurrentUser, Fresh, MaybeUser};
pub use http::{ApiError, Builder, Refusal, catchers};
