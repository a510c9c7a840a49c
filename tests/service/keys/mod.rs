//! Signing keys in service: rotation by signal, replicas whose keys differ, and another service
//! that only verifies. On every store; what cannot run is shown as ignored.

mod hanging_mount;
mod metrics;
mod permissions;
mod readiness;
mod replicas;
mod rotation;
mod verifier;
mod warnings;

use accounts_testkit::{Backend, Case, TestService, cases_of, test_service};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = cases_of![hanging_mount, permissions, verifier];
    for backend in Backend::ALL {
        cases.extend(warnings::cases(backend));
        cases.extend(metrics::cases(backend));
        cases.extend(rotation::cases(backend));
        cases.extend(readiness::cases(backend));
    }
    for backend in [Backend::Sqlite, Backend::Postgres] {
        cases.extend(replicas::cases(backend));
        cases.extend(readiness::outages(backend));
    }
    cases
}

/// A service whose keys are in the file `ring`.
fn service_with_key_file(backend: Backend) -> TestService {
    let fixture = test_service!()
        .on(backend)
        .cheap_hashing()
        .set("ACCOUNTS_KEYS__FILE", "ring");
    let key = fixture.run(&["key", "generate"]).expect(0).stdout.clone();
    fixture.write("ring", &key);
    fixture
}

/// The names that a `key` command printed with a role.
fn names(printed: &str, role: &str) -> Vec<String> {
    let lines = printed.lines().filter_map(|line| line.split_once(' '));
    let named = lines.filter(|(found, _)| *found == role);
    named.map(|(_, name)| name.trim().to_owned()).collect()
}

/// The `kid` of a token.
fn kid(token: &str) -> String {
    use base64::Engine;
    let (header, _) = token.split_once('.').unwrap();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header);
    let header: serde_json::Value = serde_json::from_slice(&header.unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}
