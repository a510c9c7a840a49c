//! `migrate`: the schema, brought up and taken back.

use accounts_testkit::place;

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
