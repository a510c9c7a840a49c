//! Layer 0: pure values and decisions.
//!
//! No database, system clock, HTTP or cryptography: a function of this layer returns the same
//! result for the same arguments, on every store. It imports no other module of the crate. A new
//! rule about users, passwords or sessions starts here, as a type or a function.

pub mod credentials;
pub mod revocation;
pub mod rotation;
pub mod session;
pub mod throttle;
pub mod user;

pub use rocket_accounts_token::{clock, ring};
