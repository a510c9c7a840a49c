//! The HTTP contract in this process, on the memory store: what browsers and other clients are answered.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![expect(
    unreachable_pub,
    reason = "the modules of a test binary have no outside"
)]

mod account;
mod events;
#[cfg(feature = "fuzzing")]
mod fuzz;
mod host;
mod openapi;
mod operations;
mod outage;
mod refresh;
mod sessions;
mod sign_in;
mod support;
mod throttle;
mod web;
mod wire;
