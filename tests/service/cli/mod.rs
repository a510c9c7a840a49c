//! The real binary, in a folder of its own: commands, exit codes, and the service over TCP.

mod certificates;
mod configuration;
mod database;
mod doctor;
mod first_start;
mod log_hints;
mod migrations;
mod secrets;
mod service;
mod users;

use accounts_testkit::{Case, cases_of};

pub(crate) fn cases() -> Vec<Case> {
    cases_of![
        certificates,
        configuration,
        database,
        doctor,
        first_start,
        log_hints,
        migrations,
        secrets,
        service,
        users
    ]
}
