//! The first starts: what the log says where a database and its key do not belong together.

use accounts_testkit::{Case, RunningService, cases, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases![a_new_key_beside_an_old_database_says_what_to_do]
}

/// A service that is ready has announced its key.
fn expect_ready(service: &RunningService) {
    let ready = service.request("GET", "/accounts/health/ready/");
    ready.send().expect(200);
}

fn a_new_key_beside_an_old_database_says_what_to_do() {
    // The origin is that of the front end, whichever port the service has after a restart.
    let fixture = test_service!().set("ACCOUNTS_PUBLIC_ORIGIN", "http://localhost:8000");
    let mut service = fixture.serve();
    service.wait_for("created a new signing key");
    expect_ready(&service);
    assert!(!service.log().contains("event=\"keys_differ\""));
    service.stop();
    let again = fixture.serve();
    expect_ready(&again);
    let (_, log) = again.stop();
    assert!(!log.contains("created a new signing key"), "{log}");

    std::fs::remove_file(fixture.path().join(".accounts/signing.key")).unwrap();
    let mut service = fixture.serve();
    service.wait_for("event=\"keys_differ\"");
    for says in [
        "created a new signing key",
        ".accounts/signing.key",
        "key adopt",
    ] {
        assert!(service.log().contains(says), "{says}: {}", service.log());
    }
    fixture.run(&["key", "adopt"]).expect(0);
    expect_ready(&service);
}
