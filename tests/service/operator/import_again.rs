//! `user import` without writing, a second time, after it was killed, and what it costs afterwards.

use std::fmt::Write as _;
use std::process::Stdio;

use accounts_testkit::{Case, async_cases};
use rocket_accounts::auth::Error;

use super::fixture::{Fixture, all_users, log_in, stored};
use super::import::{CSV, PASSWORD};

pub(crate) fn cases() -> Vec<Case> {
    async_cases![
        a_dry_run_judges_the_same_and_writes_nothing,
        an_import_that_is_run_again_changes_nobody,
        an_import_that_was_killed_is_finished_by_the_next,
        a_failed_login_costs_the_same_for_imported_users,
        the_advised_cost_is_one_that_the_configuration_takes
    ]
}

async fn a_dry_run_judges_the_same_and_writes_nothing() {
    let fixture = Fixture::new();
    let dry = fixture.import(CSV, &["--dry-run"]);
    dry.expect(1);
    assert!(
        dry.stdout
            .contains("\n9 would be imported, 0 existed, 3 rejected"),
        "{}",
        dry.stdout
    );
    assert!(all_users(&fixture.accounts().await).await.is_empty());
    let real = fixture.import(CSV, &[]);
    real.expect(1);
    assert_eq!(
        dry.lines_beginning("rejected"),
        real.lines_beginning("rejected")
    );
    let again = fixture.import(CSV, &["--dry-run"]);
    again.expect(1);
    assert!(
        again
            .stdout
            .contains("\n0 would be imported, 9 existed, 3 rejected")
    );
}

async fn an_import_that_is_run_again_changes_nobody() {
    let fixture = Fixture::new();
    let good = CSV.lines().take(10).collect::<Vec<_>>().join("\n");
    fixture.import(&good, &[]).expect(0);
    let accounts = fixture.accounts().await;
    log_in(&accounts, "grace", PASSWORD).await.unwrap();
    let before = stored(&accounts, "grace").await;
    let again = fixture.import(&good, &[]);
    again.expect(0);
    assert_eq!(again.lines_beginning("exists").len(), 9);
    assert!(
        again
            .stdout
            .ends_with("0 imported, 9 existed, 0 rejected\n")
    );
    assert_eq!(stored(&accounts, "grace").await, before);
}

/// Every user that is there after the kill is complete, and the next run adds exactly the others.
async fn an_import_that_was_killed_is_finished_by_the_next() {
    const USERS: usize = 2_000;
    let fixture = Fixture::new();
    let mut rows = String::from("username,password,is_active,date_joined\n");
    let hash = CSV
        .lines()
        .find(|line| line.contains("pbkdf2_sha1$"))
        .unwrap();
    let hash = hash.split(',').nth(1).unwrap();
    for n in 0..USERS {
        writeln!(rows, "user-{n},{hash},t,2019-03-04 05:06:07+00").unwrap();
    }
    let accounts = fixture.accounts().await;
    let file = fixture.file("many.csv", &rows);
    let import = ["user", "import", "--from-django", file.to_str().unwrap()];
    let mut child = fixture
        .command(&import)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while all_users(&accounts).await.len() < 20 {
        assert!(child.try_wait().unwrap().is_none(), "ended too early");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let there = all_users(&accounts).await.len();
    assert!((20..USERS).contains(&there), "{there}");
    for user in all_users(&accounts).await {
        let account = stored(&accounts, user.username.as_str()).await;
        assert_eq!(account.password_hash.unwrap().expose(), hash);
    }

    let outcome = fixture.import(&rows, &[]);
    outcome.expect(0);
    let missing = USERS - there;
    let summary = format!("\n{missing} imported, {there} existed, 0 rejected\n");
    assert!(
        outcome.stdout.contains(&summary),
        "{}",
        outcome.stdout.lines().last().unwrap()
    );
    assert_eq!(all_users(&accounts).await.len(), USERS);
}

/// Security requirement LG1.
async fn a_failed_login_costs_the_same_for_imported_users() {
    let fixture = Fixture::new();
    fixture.import(CSV, &[]).expect(1);
    let accounts = fixture.accounts().await;
    log_in(&accounts, "grace", PASSWORD).await.unwrap();
    // Upgraded, imported with a hash, without one, disabled, unknown, impossible.
    for name in [
        "grace",
        "alan",
        "single-sign-on",
        "left",
        "nobody",
        "two words",
    ] {
        let before = accounts.hashes_computed();
        let refused = log_in(&accounts, name, "wrong").await;
        assert!(matches!(refused, Err(Error::InvalidCredentials)), "{name}");
        assert_eq!(accounts.hashes_computed(), before + 1, "{name}");
    }
}

async fn the_advised_cost_is_one_that_the_configuration_takes() {
    let fixture = Fixture::new();
    let outcome = fixture.import(CSV, &[]);
    outcome.expect(1);
    let (_, advice) = outcome.stdout.split_once("IMPORTED_COST='").unwrap();
    let (cost, _) = advice.split_once('\'').unwrap();
    let settings = format!("password = {{ imported_cost = \"{cost}\" }}");
    let accounts = fixture.accounts_with(&settings).await;
    log_in(&accounts, "barbara", PASSWORD).await.unwrap();
    let mut show = fixture.command(&["config", "check"]);
    show.env("ACCOUNTS_PASSWORD__IMPORTED_COST", "md5");
    let refused = show.output().unwrap();
    assert_eq!(refused.status.code(), Some(78));
    let outcome = String::from_utf8(refused.stderr).unwrap();
    assert!(
        outcome.contains("accounts.password.imported_cost"),
        "{outcome}"
    );
}
