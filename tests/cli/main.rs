//! The real binary, in a folder of its own: commands, exit codes, and the service over TCP.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![expect(
    unreachable_pub,
    reason = "the modules of a test binary have no outside"
)]

mod configuration;
mod migrations;
mod process;
mod service;
mod users;
