//! The real binary, in a folder of its own: commands, exit codes, and the service over TCP.
mod certificates;
mod check;
mod configuration;
mod configuration_files;
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
        check,
        configuration,
        configuration_files,
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
