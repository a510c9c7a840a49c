//! The ports of `rocket-accounts-core`, implemented by [`SeaStore`](crate::SeaStore): one port a
//! file.

mod account;
mod ring;
mod session;
mod session_rows;
mod throttle;
mod user;
