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
mod fleet;
mod server;

use std::process::ExitCode;

use accounts_testkit::Backend;
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trial = |backend: Backend| {
        let name = format!("{backend}::no_acknowledged_change_is_lost");
        let trial = Trial::test(name, move || {
            fleet::run(backend);
            Ok(())
        });
        trial.with_ignored_flag(!backend.is_there())
    };
    let trials = [Backend::Sqlite, Backend::Postgres].map(trial).into();
    libtest_mimic::run(&arguments, trials).exit_code()
}
