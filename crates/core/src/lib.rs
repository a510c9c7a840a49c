//! The use cases of `rocket-accounts`, without HTTP and without a database.
//!
//! A program without Rocket builds [`Accounts`] from [`auth::Parts`], over the in-memory [`store`]
//! or its own; `rocket-accounts` does the same from a configuration and adds guards and routes. The
//! stores for Postgres and SQLite are `rocket-accounts-store-sea`, the test suite that every store
//! must pass is `rocket-accounts-contract`.
//!
//! # Layers
//! A module uses its own layer and lower ones, never a higher one.
//!
//! | layer | module | contains |
//! |---|---|---|
//! | 0 | [`domain`] | values and decisions, without a database, a clock or HTTP |
//! | 1 | [`store`], [`crypto`] | stores, cryptography |
//! | 2 | [`auth`] | the use cases, one a file |
//!
//! # Feature flags
//! `django-hashes`: verifies password hashes of Django.

pub mod auth;
pub mod crypto;
pub mod domain;
pub mod store;

pub use auth::Accounts;
