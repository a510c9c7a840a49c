//! Where users and sessions are kept: the ports and the stores that are built in.
//!
//! A store of one's own implements [`UserStore`], or [`AccountStore`] as a whole; what it must do
//! is in `rocket-accounts-contract`, one function a clause.

pub use rocket_accounts_core::store::*;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use rocket_accounts_store_sea as sea;
