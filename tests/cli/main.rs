//! The real binary, in a folder of its own: commands, exit codes, and the service over TCP.
#![cfg(unix)]

mod configuration;
mod doctor;
mod migrations;
mod service;
mod told;
mod users;
