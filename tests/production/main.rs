//! The service as in production: strict, on a Postgres that is reached over TLS, for another user
//! than root. What a machine lacks of it is shown as ignored. `TEST_BINARY` names the binary to be
//! tested instead of the one that was built with the tests: CI runs the release build, too.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    unreachable_pub,
    reason = "the modules of a test binary have no outside"
)]

mod authority;
mod secured;
mod smoke;
mod stripped;
mod verified;

use std::path::PathBuf;
use std::process::ExitCode;

use accounts_testkit::Place;
use libtest_mimic::Trial;

fn new_place() -> Place {
    let named = std::env::var_os("TEST_BINARY").map(PathBuf::from);
    Place::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_rocket-accounts").into()))
}

fn main() -> ExitCode {
    let arguments = accounts_testkit::mostly_waiting();
    let trials = [stripped::trials(), verified::trials(), smoke::trials()];
    libtest_mimic::run(&arguments, trials.into_iter().flatten().collect()).exit_code()
}

fn trial(name: &str, test: fn()) -> Trial {
    let run = move || {
        test();
        Ok(())
    };
    Trial::test(name, run)
}

/// Each of these functions as a trial of its name.
macro_rules! trials {
    ($($test:ident),+ $(,)?) => {
        vec![$($crate::trial(stringify!($test), $test)),+]
    };
}
use trials;
