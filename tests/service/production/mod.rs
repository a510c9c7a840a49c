//! The service as in production: strict, on a Postgres that is reached over TLS, for another user
//! than root. What a machine lacks of it is shown as ignored. `TEST_BINARY` names the binary to be
//! tested instead of the one that was built with the tests: CI runs the release build, too.

mod certificate_authority;
mod server_certificate;
mod smoke;
mod tls_server;
mod tls_stripping;

use std::path::PathBuf;

use accounts_testkit::{Case, TestService};

fn new_service() -> TestService {
    let named = std::env::var_os("TEST_BINARY").map(PathBuf::from);
    TestService::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_rocket-accounts").into()))
}

pub(crate) fn cases() -> Vec<Case> {
    let cases = [
        tls_stripping::cases(),
        server_certificate::cases(),
        smoke::cases(),
    ];
    cases.into_iter().flatten().collect()
}
