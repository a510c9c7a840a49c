//! Layer 0: pure values and decisions.
//!
//! Nothing here knows a database, a clock on the wall, HTTP or a signature: a function of this
//! layer gives the same answer for the same arguments, on every store. Imports nothing of the
//! crate. A new rule about users, passwords or sessions starts here, as a type or a function.

pub mod credentials;
pub mod revocation;
pub mod rotation;
pub mod session;
pub mod throttle;
pub mod user;

pub use rocket_accounts_token::{clock, ring};
