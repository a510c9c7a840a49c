//! Another ring in a running service.

use accounts_testkit::{Backend, Case, cases_on};

use super::{kid, names, service_with_key_file};

pub(crate) fn cases(backend: Backend) -> Vec<Case> {
    cases_on![a_rotation_by_signal_ends_no_session on [backend], a_removed_key_takes_its_sessions_along on [backend], a_bad_ring_is_refused_and_the_old_one_stays on [backend], key_commands_print_names_and_no_secret on [backend]]
}

fn a_rotation_by_signal_ends_no_session(backend: Backend) {
    let fixture = service_with_key_file(backend);
    let mut service = fixture.serve();
    let mut ada = service.browser();
    ada.register("ada").expect(201);
    let before = kid(ada.cookie("access_token").unwrap());

    let rotated = fixture.run(&["key", "rotate"]);
    let active = names(&rotated.expect(0).stdout, "active").remove(0);
    assert_eq!(
        names(&rotated.stdout, "older"),
        std::slice::from_ref(&before)
    );
    assert_ne!(active, before);
    service.signal("HUP");
    service.wait_for("keys_reloaded");

    // The tokens from before are good, and the next ones are signed with the new key.
    ada.get("user/").expect(200);
    ada.post_nothing("auth/logout/").expect(200);
    ada.log_in("ada").expect(200);
    assert_eq!(kid(ada.cookie("access_token").unwrap()), active);
    assert_eq!(kid(ada.cookie("refresh_token").unwrap()), active);
    let mut bob = service.browser();
    bob.register("bob").expect(201);
    fixture.run(&["key", "rotate"]).expect(0);
    service.take_log();
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    // A page may still hold the CSRF token of the key before; the cookie is of the new one.
    let kept = bob.cookie("csrftoken").unwrap().to_owned();
    bob.refresh().expect(200);
    bob.get("user/").expect(200);
    assert_ne!(bob.cookie("csrftoken").unwrap(), kept);
    let rename = bob.request("PATCH", "user/").header("X-CSRFToken", &kept);
    let rename = rename.json(&serde_json::json!({ "first_name": "Bob" }));
    bob.send(rename).expect(200);
    assert_eq!(service.stop().0, Some(0));
}

fn a_removed_key_takes_its_sessions_along(backend: Backend) {
    let fixture = service_with_key_file(backend);
    let mut service = fixture.serve();
    let mut ada = service.browser();
    ada.register("ada").expect(201);
    let leaked = kid(ada.cookie("access_token").unwrap());
    let refused = fixture.run(&["key", "remove", &leaked]);
    refused.expect(1).says("this key signs");
    fixture.run(&["key", "rotate"]).expect(0);
    let removed = fixture.run(&["key", "remove", &leaked]);
    assert_eq!(names(&removed.expect(0).stdout, "older"), [""; 0]);
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    ada.get("user/").expect_problem(401, "token_not_valid");
    // The CSRF token was of that key too, so the refresh token belongs to no session.
    ada.refresh().expect_problem(401, "refresh_token_missing");
    ada.log_in("ada").expect(200);
    ada.get("user/").expect(200);
}

fn a_bad_ring_is_refused_and_the_old_one_stays(backend: Backend) {
    let fixture = service_with_key_file(backend);
    let mut service = fixture.serve();
    let mut ada = service.browser();
    ada.register("ada").expect(201);
    let good = std::fs::read_to_string(fixture.path().join("ring")).unwrap();
    for (file, text) in [
        ("ring", "canary\n"),
        ("ring", ""),
        ("Rocket.toml", "[debug.accounts]\ncanary = 1\n"),
    ] {
        fixture.write(file, text);
        service.signal("HUP");
        service.wait_for("stay in force");
        ada.get("user/").expect(200);
        ada.refresh().expect(200);
        let log = service.take_log();
        assert!(!log.contains("keys_reloaded"), "{log}");
        let reported = file == "ring" && log.contains("canary");
        assert!(!reported, "{log}");
    }
    fixture.write("Rocket.toml", "");
    fixture.write("ring", &good);
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    ada.get("user/").expect(200);
}

fn key_commands_print_names_and_no_secret(backend: Backend) {
    let fixture = service_with_key_file(backend);
    let ring = || std::fs::read_to_string(fixture.path().join("ring")).unwrap();
    for arguments in [
        &["key", "list"][..],
        &["key", "rotate"],
        &["key", "rotate", "--stage"],
        &["key", "promote"],
        &["key", "list"],
    ] {
        let done = fixture.run(arguments);
        done.expect(0);
        let secrets = ring();
        let lines = secrets.lines().filter(|line| !line.starts_with('#'));
        let lines: Vec<_> = lines
            .map(|line| line.trim_start_matches("staged "))
            .collect();
        assert!(!lines.is_empty(), "{secrets}");
        done.reveals_none_of(&lines);
        assert_eq!(names(&done.stdout, "active").len(), 1, "{done:#?}");
    }
    fixture
        .run(&["key", "promote"])
        .expect(1)
        .says("no key is staged");
    fixture
        .run(&["key", "remove", "-nobody"])
        .expect(1)
        .says("key list");
    // Nothing to change where the keys are in the environment.
    let key = fixture.run(&["key", "generate"]).stdout.trim().to_owned();
    let fixture = fixture.set("ACCOUNTS_KEYS__ACTIVE", &key);
    let refused = fixture.run(&["key", "rotate"]);
    refused
        .expect(1)
        .says("not in a file")
        .reveals_none_of(&[&key]);
    assert_eq!(
        names(&fixture.run(&["key", "list"]).stdout, "active").len(),
        1
    );
}
