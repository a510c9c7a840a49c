//! Two processes on one database.

use accounts_testkit::{Backend, Case, RunningService, TestService, cases_on, test_service};

use super::{kid, names, service_with_key_file};

pub(crate) fn cases(backend: Backend) -> Vec<Case> {
    cases_on![a_replica_whose_keys_differ_says_so_and_serves on [backend], a_staged_rollout_ends_no_session_on_any_replica on [backend], adopted_keys_are_those_in_force on [backend]]
}

fn start(fixture: &TestService, variables: &[(&str, &str)]) -> RunningService {
    let mut command = fixture.command(&[]);
    command.env("ROCKET_PORT", "0");
    for (name, value) in variables {
        command.env(name, value);
    }
    RunningService::start(command)
}

/// Waits until it serves: its keys have been announced then, or found to differ.
fn settled(service: &RunningService) {
    service.browser().get("csrf_token/").expect(200);
}

/// Ends it; it never said that keys differ.
fn expect_fit(service: RunningService) {
    settled(&service);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0));
    assert!(!log.contains("keys_differ"), "{log}");
}

fn key() -> String {
    test_service!()
        .run(&["key", "generate"])
        .stdout
        .trim()
        .to_owned()
}

fn a_replica_whose_keys_differ_says_so_and_serves(backend: Backend) {
    let fixture = test_service!().on(backend).cheap_hashing();
    let [ours, theirs] = [key(), key()];
    let one = start(&fixture, &[("ACCOUNTS_KEYS__ACTIVE", &ours)]);
    settled(&one);
    let mut other = start(&fixture, &[("ACCOUNTS_KEYS__ACTIVE", &theirs)]);
    other.wait_for("keys_differ");
    assert!(other.is_alive());
    other.browser().register("ada").expect(201);
    // With the others' key beside its own it fits.
    let both = [
        ("ACCOUNTS_KEYS__ACTIVE", &*theirs),
        ("ACCOUNTS_KEYS__OLDER", &ours),
    ];
    expect_fit(start(&fixture, &both));
    expect_fit(one);
    let (_, log) = other.stop();
    assert_eq!(log.matches("keys_differ").count(), 1, "{log}");
    assert!(!log.contains(&ours) && !log.contains(&theirs), "{log}");
}

fn a_staged_rollout_ends_no_session_on_any_replica(backend: Backend) {
    let fixture = service_with_key_file(backend);
    let copy = |name: &str| {
        std::fs::copy(fixture.path().join("ring"), fixture.path().join(name)).unwrap();
    };
    copy("ring.2");
    let mut one = start(&fixture, &[]);
    let mut two = start(&fixture, &[("ACCOUNTS_KEYS__FILE", "ring.2")]);
    settled(&two);
    let mut ada = one.browser();
    ada.register("ada").expect(201);
    let before = kid(ada.cookie("access_token").unwrap());
    let reload = |service: &mut RunningService| {
        service.signal("HUP");
        service.wait_for("keys_reloaded");
        let log = service.take_log();
        assert!(!log.contains("keys_differ"), "{log}");
    };

    let staged = fixture.run(&["key", "rotate", "--stage"]);
    let next = names(&staged.expect(0).stdout, "staged").remove(0);
    reload(&mut one);
    copy("ring.2");
    reload(&mut two);
    ada.refresh().expect(200);
    assert_eq!(kid(ada.cookie("access_token").unwrap()), before);

    let promoted = fixture.run(&["key", "promote"]);
    assert_eq!(
        names(&promoted.expect(0).stdout, "active"),
        std::slice::from_ref(&next)
    );
    reload(&mut one);
    // One signs with the new key, the other still with the old one: each verifies both.
    for _ in 0..2 {
        ada.move_to(one.client());
        ada.refresh().expect(200);
        assert_eq!(kid(ada.cookie("access_token").unwrap()), next);
        ada.move_to(two.client());
        ada.get("user/").expect(200);
        ada.refresh().expect(200);
        assert_eq!(kid(ada.cookie("access_token").unwrap()), before);
        ada.move_to(one.client());
        ada.get("user/").expect(200);
    }
    copy("ring.2");
    reload(&mut two);
    ada.move_to(two.client());
    ada.refresh().expect(200);
    assert_eq!(kid(ada.cookie("access_token").unwrap()), next);
}

fn adopted_keys_are_those_in_force(backend: Backend) {
    let fixture = test_service!().on(backend).cheap_hashing();
    let [leaked, fresh] = [key(), key()];
    let old = fixture.set("ACCOUNTS_KEYS__ACTIVE", &leaked);
    expect_fit(old.serve());
    let new = old.set("ACCOUNTS_KEYS__ACTIVE", &fresh);
    new.serve().wait_for("keys_differ");
    let listed = names(&new.run(&["key", "list"]).expect(0).stdout, "active");
    let adopted = new.run(&["key", "adopt"]);
    assert_eq!(names(&adopted.expect(0).stdout, "adopted"), listed);
    adopted.reveals_none_of(&[&fresh, &leaked]);
    expect_fit(new.serve());
    // And the replicas that were forgotten notice now.
    let old = new.set("ACCOUNTS_KEYS__ACTIVE", &leaked);
    old.serve().wait_for("keys_differ");
}
