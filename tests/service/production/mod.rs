//! The service as in production: strict, on a Postgres that is reached over TLS, for another user
//! than root. What a machine lacks of it is shown as ignored. `TEST_BINARY` names the binary to be
//! tested instead of the one that was built with the tests: CI runs the release build, too.

mod authority;
mod secured;
mod smoke;
mod stripped;
mod verified;

use std::path::PathBuf;

use accounts_testkit::{Case, Place};

fn new_place() -> Place {
    let named = std::env::var_os("TEST_BINARY").map(PathBuf::from);
    Place::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_rocket-accounts").into()))
}

pub(crate) fn cases() -> Vec<Case> {
    let cases = [stripped::cases(), verified::cases(), smoke::cases()];
    cases.into_iter().flatten().collect()
}
