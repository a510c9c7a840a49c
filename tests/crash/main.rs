//! Invariants I4 and I5: what was acknowledged survives `kill -9`. The real binary is killed again
//! and again in the middle of registrations, password changes and refreshes, and started again on
//! the same database; afterwards everything that was ever answered with success is still so.
//!
//! Postgres is taken from `TEST_POSTGRES_URL`, the URL of a role that may create schemas. Without
//! it the Postgres test is shown as ignored, and fails if it is asked for all the same.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test panics when it fails"
)]

mod actor;
mod browser;
mod database;
mod fleet;
mod server;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

use database::Place;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let sqlite = Trial::test("sqlite::no_acknowledged_change_is_lost", || {
        fleet::run(&Place::sqlite());
        Ok(())
    });
    let postgres = Trial::test("postgres::no_acknowledged_change_is_lost", || {
        fleet::run(&Place::postgres());
        Ok(())
    });
    let postgres = postgres.with_ignored_flag(!database::has_postgres());
    libtest_mimic::run(&arguments, vec![sqlite, postgres]).exit_code()
}
