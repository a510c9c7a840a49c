//! `migrate`: the schema, brought up and taken back.

use std::io::Write;
use std::process::{Command, Stdio};

use accounts_testkit::{Backend, Case, DirectConnection, TestService, cases, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        the_schema_goes_up_and_down,
        nothing_is_dropped_without_a_terminal_unless_it_is_said,
        on_a_terminal_it_is_asked_first,
        the_service_does_not_start_on_a_schema_that_is_out_of_date,
        a_newer_schema_is_served_with_a_warning,
        a_schema_of_another_line_of_versions_is_refused
    ]
}

fn the_schema_goes_up_and_down() {
    let fixture = test_service!().set("ACCOUNTS_DATABASE__AUTO_MIGRATE", "false");
    let status = || fixture.run(&["migrate", "status"]).expect(0).stdout.clone();
    let pending = status();
    assert!(
        pending.starts_with("none applied\npending   m"),
        "{pending}"
    );
    let steps = pending
        .lines()
        .filter(|line| line.starts_with("pending"))
        .count();

    let up = fixture.run(&["migrate", "up"]);
    assert_eq!(up.expect(0).stdout.matches("applied   m").count(), steps);
    let again = fixture.run(&["migrate", "up"]);
    assert_eq!(again.expect(0).stdout, "up to date already\n");
    assert!(status().ends_with("none pending\n"));

    let down = fixture.run(&["migrate", "down", "--yes"]);
    assert_eq!(down.expect(0).stdout.matches("reverted  m").count(), 1);
    let rest = fixture.run(&["migrate", "down", "99", "--yes"]);
    assert_eq!(
        rest.expect(0).stdout.matches("reverted  m").count(),
        steps - 1
    );
    assert_eq!(
        fixture.run(&["migrate", "down"]).expect(0).stdout,
        "nothing to revert\n"
    );
    assert_eq!(status(), pending);
}

/// Three registered, two of them signed in, in a database that is to go.
fn inhabited() -> TestService {
    let fixture = test_service!();
    let service = fixture.serve();
    for name in ["ada", "grace"] {
        service.browser().register(name).expect(201);
    }
    service.stop();
    fixture.create_user("alan");
    fixture
}

fn users(fixture: &TestService) -> usize {
    let listed = fixture.run(&["user", "list"]);
    listed.expect(0).stdout.lines().count()
}

const WARNING: &str = "in the database .accounts/accounts.sqlite3 this drops what 7 migrations made, \
                       3 users and 2 sessions with it";

fn nothing_is_dropped_without_a_terminal_unless_it_is_said() {
    let fixture = inhabited();
    // Not even if the answer is on standard input already.
    let refused = fixture.run_with_input(&["migrate", "down", "99"], "y\n");
    refused.expect(1).says(WARNING).says("--yes");
    assert_eq!(users(&fixture), 3);
    // What an index holds is not lost with it.
    let newest = fixture.run(&["migrate", "down"]);
    newest
        .expect(1)
        .says("what 1 migration made, 0 users and 0 sessions with it");
    fixture.run(&["migrate", "down", "99", "--yes"]).expect(0);
    assert_eq!(users(&fixture), 0);
}

fn on_a_terminal_it_is_asked_first() {
    let fixture = inhabited();
    let declined = on_a_terminal(&fixture, "n\n");
    assert!(declined.contains(WARNING), "{declined}");
    assert!(declined.contains("nothing was reverted"), "{declined}");
    assert_eq!(users(&fixture), 3);
    let agreed = on_a_terminal(&fixture, "y\n");
    assert_eq!(agreed.matches("reverted  m").count(), 7, "{agreed}");
    assert_eq!(users(&fixture), 0);
}

/// What a terminal shows of `migrate down 99` where this is typed: one made by `script`, which
/// Debian calls essential.
fn on_a_terminal(fixture: &TestService, typed: &str) -> String {
    let command = fixture.command(&["migrate", "down", "99"]);
    let arguments: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_str().unwrap())
        .collect();
    let mut terminal = Command::new("script");
    terminal
        .args(["-qec", &arguments.join(" "), "/dev/null"])
        .current_dir(fixture.path())
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = terminal.spawn().unwrap();
    let mut keyboard = child.stdin.take().unwrap();
    keyboard.write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    drop(keyboard);
    String::from_utf8(output.stdout).unwrap()
}

fn the_service_does_not_start_on_a_schema_that_is_out_of_date() {
    let fixture = test_service!().set("ACCOUNTS_DATABASE__AUTO_MIGRATE", "false");
    let refused = fixture.run(&["serve"]);
    refused.expect(78).says("out of date").says("migrate up");
}

/// A service whose schema has a migration that no version knows yet.
fn with_future() -> (TestService, DirectConnection) {
    let fixture = test_service!().on(Backend::Sqlite);
    fixture.run(&["migrate", "up"]).expect(0);
    let url = format!("sqlite://{}/accounts.sqlite3", fixture.path().display());
    let direct = DirectConnection::at(&url);
    direct.execute("INSERT INTO accounts_migration VALUES ('m29990101_000001_future', 0)");
    (fixture, direct)
}

/// After a roll-back, or when an old replica starts again in the middle of a roll-out: every
/// migration is additive.
fn a_newer_schema_is_served_with_a_warning() {
    for auto_migrate in ["false", "true"] {
        let (fixture, _) = with_future();
        let fixture = fixture.set("ACCOUNTS_DATABASE__AUTO_MIGRATE", auto_migrate);
        let up = fixture.run(&["migrate", "up"]);
        up.expect(0)
            .prints("up to date already")
            .prints("unknown   m29990101_000001_future");
        let mut service = fixture.serve();
        service.wait_for("newer than this version");
        service.wait_for("m29990101_000001_future");
        service.browser().get("health/ready/").expect(200);
        service.browser().register("ada").expect(201);
    }
}

/// No command of this version helps, so none is named.
fn a_schema_of_another_line_of_versions_is_refused() {
    for auto_migrate in ["false", "true"] {
        let (fixture, direct) = with_future();
        direct.execute("DELETE FROM accounts_migration WHERE version LIKE '%_000003_%'");
        let fixture = fixture.set("ACCOUNTS_DATABASE__AUTO_MIGRATE", auto_migrate);
        let refused = fixture.run(&["serve"]);
        refused
            .expect(78)
            .says("m29990101_000001_future is not known")
            .says("m20260101_000003_throttle is missing");
        assert!(!refused.stderr.contains("migrate up"), "{refused:#?}");
    }
}
