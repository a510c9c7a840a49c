//! The real binary, in a folder of its own: commands, exit codes, and the service over TCP.
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

use accounts_testkit::{Case, cases_of};

pub(crate) fn cases() -> Vec<Case> {
    cases_of![
        certificates,
        check,
        configuration,
        database,
        doctor,
        first_start,
        migrations,
        service,
        told,
        users
    ]
}
