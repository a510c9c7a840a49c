//! The real binary, in a folder of its own: commands, exit codes, and the service over TCP.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod certificates;
mod check;
mod configuration;
mod database;
mod doctor;
mod first_start;
mod migrations;
mod service;
mod told;
mod users;
