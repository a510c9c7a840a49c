//! `migrate`: the schema, brought up and taken back.

use accounts_testkit::{Backend, Intruder, Place, place};

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

/// A place whose schema has a migration that no version knows yet.
fn with_future() -> (Place, Intruder) {
    let place = place!().on(Backend::Sqlite);
    place.run(&["migrate", "up"]).expect(0);
    let url = format!("sqlite://{}/accounts.sqlite3", place.path().display());
    let intruder = Intruder::at(&url);
    intruder.execute("INSERT INTO accounts_migration VALUES ('m29990101_000001_future', 0)");
    (place, intruder)
}

/// After a roll-back, or when an old replica starts again in the middle of a roll-out: every
/// migration is additive.
#[test]
fn a_newer_schema_is_served_with_a_warning() {
    for auto_migrate in ["false", "true"] {
        let (place, _) = with_future();
        let place = place.set("ACCOUNTS_DATABASE__AUTO_MIGRATE", auto_migrate);
        let up = place.run(&["migrate", "up"]);
        up.expect(0)
            .prints("up to date already")
            .prints("unknown   m29990101_000001_future");
        let mut service = place.serve();
        service.wait_for("newer than this version");
        service.wait_for("m29990101_000001_future");
        service.browser().get("health/ready/").expect(200);
        service.browser().register("ada").expect(201);
    }
}

/// No command of this version helps, so none is named.
#[test]
fn a_schema_of_another_line_of_versions_is_refused() {
    for auto_migrate in ["false", "true"] {
        let (place, intruder) = with_future();
        intruder.execute("DELETE FROM accounts_migration WHERE version LIKE '%_000003_%'");
        let place = place.set("ACCOUNTS_DATABASE__AUTO_MIGRATE", auto_migrate);
        let refused = place.run(&["serve"]);
        refused
            .expect(78)
            .says("m29990101_000001_future is not known")
            .says("m20260101_000003_throttle is missing");
        assert!(!refused.stderr.contains("migrate up"), "{refused:#?}");
    }
}
