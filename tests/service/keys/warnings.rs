//! A key file that works, and that an operator should look at.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use accounts_testkit::{Backend, Case, ORIGIN, TestService, cases_on, test_service};

use super::names;

pub(crate) fn cases(backend: Backend) -> Vec<Case> {
    cases_on![a_doubtful_key_file_is_warned_of on [backend]]
}

const FILE: &str = ".accounts/signing.key";
const READABLE: &str = "every user of this machine may read";
const FOR_DEVELOPMENT: &str = "was made for development";

fn doctor(fixture: &TestService) -> String {
    let api = format!("{ORIGIN}/accounts");
    let options = [
        "doctor",
        "--frontend",
        ORIGIN,
        "--api",
        &api,
        "--config-only",
    ];
    fixture.run(&options).expect(0).stdout.clone()
}

fn mode(fixture: &TestService, mode: u32) {
    fs::set_permissions(fixture.path().join(FILE), Permissions::from_mode(mode)).unwrap();
}

fn a_doubtful_key_file_is_warned_of(backend: Backend) {
    let fixture = test_service!().on(backend).cheap_hashing();
    // A start of the profile `debug` makes the file, and has nothing to say of it.
    let mut service = fixture.serve();
    assert!(!service.log().contains("key file"), "{}", service.log());
    service
        .request("GET", "/accounts/health/live")
        .send()
        .expect(200);
    assert_eq!(service.stop().0, Some(0));

    let fixture = fixture
        .set("ROCKET_PROFILE", "release")
        .set("ACCOUNTS_KEYS__FILE", FILE)
        .set("ACCOUNTS_PASSWORD__ALLOW_INSECURE_COST", "false")
        .set("ACCOUNTS_PASSWORD__MEMORY_KIB", "19456")
        .set("ACCOUNTS_PASSWORD__ITERATIONS", "2")
        .set("ACCOUNTS_ALLOW_INSECURE_MEMORY_STORE", "true")
        .set("ROCKET_ADDRESS", "127.0.0.1");
    let mut service = fixture.serve();
    assert!(service.log().contains(FOR_DEVELOPMENT), "{}", service.log());
    assert!(!service.log().contains(READABLE), "{}", service.log());
    service.take_log();

    mode(&fixture, 0o644);
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    let log = service.take_log();
    assert!(
        log.contains(FOR_DEVELOPMENT) && log.contains(READABLE),
        "{log}"
    );
    let found = doctor(&fixture);
    assert!(found.contains("WARNS development_key"), "{found}");
    assert!(found.contains("WARNS key_file_permissions"), "{found}");

    // What the findings advise.
    let leaked = names(&fixture.run(&["key", "list"]).stdout, "active").remove(0);
    mode(&fixture, 0o640);
    fixture.run(&["key", "rotate"]).expect(0);
    fixture.run(&["key", "remove", &leaked]).expect(0);
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    assert!(!service.log().contains("key file"), "{}", service.log());
    let found = doctor(&fixture);
    assert!(!found.contains("key"), "{found}");
    assert_eq!(service.stop().0, Some(0));

    mode(&fixture, 0o602);
    let mut service = fixture.serve();
    let log = service.log();
    assert!(
        log.contains("every user of this machine may change"),
        "{log}"
    );
}
