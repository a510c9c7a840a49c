//! Stores of users and sessions: the ports, and the built-in stores.
//!
//! A custom store implements [`UserStore`], or [`AccountStore`] as a whole;
//! `rocket-accounts-contract` is its test suite, with one function per clause.

pub use rocket_accounts_core::store::*;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use rocket_accounts_store_sea as sea;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) use rocket_accounts_store_sea::Database;

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
mod no_database;
#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
pub(crate) use no_database::Database;
