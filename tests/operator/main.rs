//! Commands of the real binary on a database of their own, seen from both sides: what they print,
//! and what a login finds afterwards.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod moving;
mod rejected;
mod sessions;
mod world;
