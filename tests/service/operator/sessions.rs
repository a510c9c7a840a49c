//! `session` and `user export`.

use accounts_testkit::{Case, async_cases};
use chrono::TimeDelta;
use rocket_accounts::Accounts;
use rocket_accounts::domain::session::RevocationReason;
use serde_json::Value;

use super::fixture::{Fixture, log_in};

pub(crate) fn cases() -> Vec<Case> {
    async_cases![
        a_users_live_sessions_are_listed,
        one_session_is_revoked_and_only_the_users_own,
        all_sessions_of_a_user_are_revoked,
        sessions_that_ended_long_ago_are_purged,
        an_export_holds_the_users_own_data_and_nothing_that_opens_anything
    ]
}

const PASSWORD: &str = "correct horse battery staple";

/// A fixture in which barbara has two sessions and grace one.
async fn signed_in() -> (Fixture, Accounts, [String; 3]) {
    let fixture = Fixture::new();
    fixture
        .import(include_str!("../../django/users.csv"), &[])
        .expect(1);
    let accounts = fixture.accounts().await;
    let mut ids = Vec::new();
    for name in ["barbara", "barbara", "grace"] {
        let signed_in = log_in(&accounts, name, PASSWORD).await.unwrap();
        ids.push(signed_in.session.id.to_string());
    }
    (fixture, accounts, ids.try_into().unwrap())
}

async fn a_users_live_sessions_are_listed() {
    let (fixture, _, [first, second, other]) = signed_in().await;
    let outcome = fixture.run(&["session", "list", "Barbara"]);
    outcome.expect(0);
    let mut listed: Vec<_> = outcome.stdout.lines().map(|line| &line[..36]).collect();
    listed.sort_unstable();
    let mut expected = [first.as_str(), &second];
    expected.sort_unstable();
    assert_eq!(listed, expected);
    assert!(!outcome.stdout.contains(&other));
    assert!(
        outcome
            .stdout
            .lines()
            .all(|line| line.ends_with("remembered yes  192.0.2.7  Firefox"))
    );
    assert!(
        fixture
            .run(&["session", "list", "alan"])
            .expect(0)
            .stdout
            .is_empty()
    );
    let outcome = fixture.run(&["session", "list", "nobody"]);
    outcome.expect(1);
    assert!(
        outcome.stderr.contains("no such user"),
        "{}",
        outcome.stderr
    );
}

async fn one_session_is_revoked_and_only_the_users_own() {
    let (fixture, accounts, [first, second, other]) = signed_in().await;
    let revoke = |id: &str| fixture.run(&["session", "revoke", "barbara", id]);
    revoke(&other).expect(1);
    revoke("not-an-id").expect(2);
    revoke(&first).expect(0);
    let outcome = revoke(&first);
    outcome.expect(1);
    assert!(
        outcome.stderr.contains("no live session"),
        "{}",
        outcome.stderr
    );
    let left = fixture
        .run(&["session", "list", "barbara"])
        .expect(0)
        .stdout
        .clone();
    assert!(left.starts_with(&second) && left.lines().count() == 1);
    let user = accounts.find_user("grace").await.unwrap();
    assert_eq!(accounts.list_sessions(&user).await.unwrap().len(), 1);
}

async fn all_sessions_of_a_user_are_revoked() {
    let (fixture, accounts, [first, _, other]) = signed_in().await;
    let outcome = fixture.run(&["session", "revoke", "barbara"]);
    outcome.expect(0);
    assert_eq!(outcome.stdout, "revoked 2 sessions of barbara\n");
    let id = |text: &str| rocket_accounts::domain::session::SessionId(text.parse().unwrap());
    let ended = accounts.store().find_session(id(&first)).await.unwrap();
    let reason = ended.unwrap().revocation.unwrap().reason;
    assert_eq!(reason, RevocationReason::EndedByOperator);
    let kept = accounts.store().find_session(id(&other)).await.unwrap();
    assert_eq!(kept.unwrap().revocation, None);
}

async fn sessions_that_ended_long_ago_are_purged() {
    let fixture = Fixture::new();
    fixture.clock.advance(-TimeDelta::days(120));
    fixture
        .import(include_str!("../../django/users.csv"), &[])
        .expect(1);
    let accounts = fixture.accounts().await;
    log_in(&accounts, "grace", PASSWORD).await.unwrap();
    // Ended 90 days ago, by the machine's clock.
    let outcome = fixture.run(&["session", "purge", "--keep", "100d"]);
    outcome.expect(0);
    assert_eq!(outcome.stdout, "removed 0 sessions\n");
    let outcome = fixture.run(&["session", "purge"]);
    outcome.expect(0);
    assert_eq!(outcome.stdout, "removed 1 sessions\n");
    fixture
        .run(&["session", "purge", "--keep", "long"])
        .expect(2);
}

async fn an_export_holds_the_users_own_data_and_nothing_that_opens_anything() {
    let (fixture, accounts, [first, second, other]) = signed_in().await;
    // What is over is kept until it is purged, and so long it is in the export.
    fixture
        .run(&["session", "revoke", "barbara", &first])
        .expect(0);
    let outcome = fixture.run(&["user", "export", "BARBARA"]);
    outcome.expect(0);
    let export: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(export["username"], "barbara");
    assert_eq!(export["has_password"], true);
    assert!(
        export["created_at"]
            .as_str()
            .unwrap()
            .starts_with("2019-03-04T05:06:07")
    );
    let sessions = export["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    for session in sessions {
        assert_eq!(session["user_agent"], "Firefox");
        assert_eq!(session["address"], "192.0.2.7");
        assert_eq!(session["remembered"], true);
        let is_over = session["id"] == first.as_str();
        assert!(is_over || session["id"] == second.as_str());
        assert_eq!(session["ended_at"].is_string(), is_over);
        let because = if is_over {
            "ended_by_operator".into()
        } else {
            Value::Null
        };
        assert_eq!(session["ended_because"], because);
    }
    assert_ne!(sessions[0]["id"], sessions[1]["id"]);
    assert!(!outcome.stdout.contains(&other));
    let user = accounts.find_user("barbara").await.unwrap();
    let account = accounts.store().find_account_by_id(user.id).await.unwrap();
    let hash = account.unwrap().password_hash.unwrap();
    assert!(!outcome.stdout.contains(hash.expose()));
    for word in ["argon2", "generation", "token", "epoch", "revocation"] {
        assert!(!outcome.stdout.contains(word), "{word}");
    }
    let outcome = fixture.run(&["user", "export", "single-sign-on"]);
    outcome.expect(0);
    let export: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(export["has_password"], false);
    fixture.run(&["user", "export", "nobody"]).expect(1);
}
