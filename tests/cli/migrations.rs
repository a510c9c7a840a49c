//! `migrate`: the schema, brought up and taken back.

use accounts_testkit::{Backend, Intruder, place};

#[test]
fn the_schema_goes_up_and_down() {
    let place = place!().set("ACCOUNTS_DATABASE__AUTO_MIGRATE", "false");
    let status = || place.run(&["migrate", "status"]).expect(0).stdout.clone();
    let pending = status();
    assert!(
        pending.starts_with("none applied\npending   m"),
        "{pending}"
    );
    let steps = pending
        .lines()
        .filter(|line| line.starts_with("pending"))
        .count();

    let up = place.run(&["migrate", "up"]);
    assert_eq!(up.expect(0).stdout.matches("applied   m").count(), steps);
    let again = place.run(&["migrate", "up"]);
    assert_eq!(again.expect(0).stdout, "up to date already\n");
    assert!(status().ends_with("none pending\n"));

    let down = place.run(&["migrate", "down"]);
    assert_eq!(down.expect(0).stdout.matches("reverted  m").count(), 1);
    let rest = place.run(&["migrate", "down", "99"]);
    assert_eq!(
        rest.expect(0).stdout.matches("reverted  m").count(),
        steps - 1
    );
    assert_eq!(
        place.run(&["migrate", "down"]).expect(0).stdout,
        "nothing to revert\n"
    );
    assert_eq!(status(), pending);
}

#[test]
fn the_service_does_not_start_on_a_schema_that_is_out_of_date() {
    let place = place!().set("ACCOUNTS_DATABASE__AUTO_MIGRATE", "false");
    let refused = place.run(&["serve"]);
    refused.expect(78).says("out of date").says("migrate up");
}

/// After a downgrade: no command of this version helps, so none is named.
#[test]
fn a_schema_of_a_newer_version_is_told_as_such() {
    for auto_migrate in ["false", "true"] {
        let place = place!().on(Backend::Sqlite);
        place.run(&["migrate", "up"]).expect(0);
        let url = format!("sqlite://{}/accounts.sqlite3", place.path().display());
        let future = "INSERT INTO accounts_migration VALUES ('m29990101_000001_future', 0)";
        Intruder::at(&url).execute(future);
        let place = place.set("ACCOUNTS_DATABASE__AUTO_MIGRATE", auto_migrate);
        let refused = place.run(&["serve"]);
        refused
            .expect(78)
            .says("newer than this version")
            .says("m29990101_000001_future");
        assert!(!refused.stderr.contains("migrate up"), "{refused:#?}");
    }
}
