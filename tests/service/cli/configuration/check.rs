//! `config check` refuses what a start refuses, in the same words, and changes nothing.

use std::path::Path;

use accounts_testkit::{Case, Outcome, cases, test_service};

use super::refusals::{REFUSALS, keys, postgres, ring};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        check_refuses_what_a_start_refuses_in_the_same_words,
        check_takes_what_a_start_takes_and_makes_nothing,
        check_warns_of_what_a_start_warns_of
    ]
}

/// The messages, without the time of each line.
fn messages(outcome: &Outcome) -> Vec<&str> {
    let timeless = |line| match str::split_once(line, "Z ") {
        Some((time, rest)) if time.starts_with("20") => rest,
        _ => line,
    };
    outcome.stderr.lines().map(timeless).collect()
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn check_refuses_what_a_start_refuses_in_the_same_words() {
    for (name, make, says) in REFUSALS {
        let fixture = test_service!()
            .set("ACCOUNTS_LOG__FORMAT", "text")
            .set("ROCKET_PORT", "0");
        fixture.write("Rocket.toml", "");
        let fixture = make(fixture);
        let before = files(fixture.path());
        let checked = fixture.run(&["config", "check"]);
        checked.expect(78).says(says).reveals_none_of(&["canary"]);
        assert_eq!(checked.stdout, "", "{name}");
        assert_eq!(files(fixture.path()), before, "{name}");
        let started = fixture.run(&["serve"]);
        started.expect(78);
        assert_eq!(messages(&started), messages(&checked), "{name}");
    }
}

fn check_takes_what_a_start_takes_and_makes_nothing() {
    let fixture = test_service!();
    fixture.run(&["config", "check"]).expect(0);
    assert_eq!(files(fixture.path()), [""; 0]);
    drop(fixture.serve());
    // Nor is anything asked of the database, or the port taken.
    let service = fixture.serve();
    let port = service.address().port().to_string();
    let fixture = postgres(fixture, "postgres://ada@127.0.0.1:1/x").set("ROCKET_PORT", &port);
    fixture.run(&["config", "check"]).expect(0);
}

/// What a start only warns of, check warns of too.
fn check_warns_of_what_a_start_warns_of() {
    let fixture = ring(test_service!(), &keys(1)).set("ACCOUNTS_LOG__FILTER", "off");
    let path = fixture.path().join("ring");
    let all = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(path, all).unwrap();
    let checked = fixture.run(&["config", "check"]);
    checked.expect(0).says("key_file_permissions");
}
