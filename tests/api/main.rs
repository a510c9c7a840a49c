//! The HTTP contract, played by actors against the in-memory store.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![expect(
    unreachable_pub,
    reason = "the modules of a test binary have no outside"
)]

mod actor;
mod answer;
mod cookies;
mod cors;
mod csrf;
mod csrf_token;
mod device;
mod documented;
mod documented_refusals;
mod ends;
mod errors;
mod events;
mod fields;
mod fuzz;
mod guards;
mod headers;
mod health;
mod interposed;
mod jwks;
mod login;
mod logout;
mod meanwhile;
mod openapi;
mod own_account;
mod password;
mod purge;
mod recalled;
mod refresh;
mod refresh_binding;
mod refresh_rotation;
mod refused;
mod register;
mod remember;
mod sessions;
mod slow_store;
mod stores;
mod throttle;
mod throttle_address;
mod throttle_others;
mod trouble;
mod user;
mod verify;
mod wire;
mod world;
