//! `session` and `user export`.

use accounts_testkit::{Case, async_cases};
use chrono::TimeDelta;
use rocket_accounts::Accounts;
use rocket_accounts::domain::session::RevocationReason;
use serde_json::Value;

use super::world::{World, log_in};

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

/// A world in which barbara has two sessions and grace one.
async fn signed_in() -> (World, Accounts, [String; 3]) {
    let world = World::new();
    world
        .import(include_str!("../../django/users.csv"), &[])
        .expect(1);
    let accounts = world.accounts().await;
    let mut ids = Vec::new();
    for name in ["barbara", "barbara", "grace"] {
        let signed_in = log_in(&accounts, name, PASSWORD).await.unwrap();
        ids.push(signed_in.session.id.to_string());
    }
    (world, accounts, ids.try_into().unwrap())
}

async fn a_users_live_sessions_are_listed() {
    let (world, _, [first, second, other]) = signed_in().await;
    let said = world.run(&["session", "list", "Barbara"]).expect(0);
    let mut listed: Vec<_> = said.out.lines().map(|line| &line[..36]).collect();
    listed.sort_unstable();
    let mut expected = [first.as_str(), &second];
    expected.sort_unstable();
    assert_eq!(listed, expected);
    assert!(!said.out.contains(&other));
    assert!(
        said.out
            .lines()
            .all(|line| line.ends_with("remembered yes  192.0.2.7  Firefox"))
    );
    assert!(
        world
            .run(&["session", "list", "alan"])
            .expect(0)
            .out
            .is_empty()
    );
    let said = world.run(&["session", "list", "nobody"]).expect(1);
    assert!(said.err.contains("no such user"), "{}", said.err);
}

async fn one_session_is_revoked_and_only_the_users_own() {
    let (world, accounts, [first, second, other]) = signed_in().await;
    let revoke = |id: &str| world.run(&["session", "revoke", "barbara", id]);
    revoke(&other).expect(1);
    revoke("not-an-id").expect(2);
    revoke(&first).expect(0);
    let said = revoke(&first).expect(1);
    assert!(said.err.contains("no live session"), "{}", said.err);
    let left = world.run(&["session", "list", "barbara"]).expect(0).out;
    assert!(left.starts_with(&second) && left.lines().count() == 1);
    let user = accounts.find_user("grace").await.unwrap();
    assert_eq!(accounts.list_sessions(&user).await.unwrap().len(), 1);
}

async fn all_sessions_of_a_user_are_revoked() {
    let (world, accounts, [first, _, other]) = signed_in().await;
    let said = world.run(&["session", "revoke", "barbara"]).expect(0);
    assert_eq!(said.out, "revoked 2 sessions of barbara\n");
    let id = |text: &str| rocket_accounts::domain::session::SessionId(text.parse().unwrap());
    let ended = accounts.store().find_session(id(&first)).await.unwrap();
    let reason = ended.unwrap().revocation.unwrap().reason;
    assert_eq!(reason, RevocationReason::EndedByOperator);
    let kept = accounts.store().find_session(id(&other)).await.unwrap();
    assert_eq!(kept.unwrap().revocation, None);
}

async fn sessions_that_ended_long_ago_are_purged() {
    let world = World::new();
    world.clock.advance(-TimeDelta::days(120));
    world
        .import(include_str!("../../django/users.csv"), &[])
        .expect(1);
    let accounts = world.accounts().await;
    log_in(&accounts, "grace", PASSWORD).await.unwrap();
    // Ended 90 days ago, by the machine's clock.
    let said = world.run(&["session", "purge", "--keep", "100d"]).expect(0);
    assert_eq!(said.out, "removed 0 sessions\n");
    let said = world.run(&["session", "purge"]).expect(0);
    assert_eq!(said.out, "removed 1 sessions\n");
    world.run(&["session", "purge", "--keep", "long"]).expect(2);
}

async fn an_export_holds_the_users_own_data_and_nothing_that_opens_anything() {
    let (world, accounts, [first, second, other]) = signed_in().await;
    // What is over is kept until it is purged, and so long it is in the export.
    world
        .run(&["session", "revoke", "barbara", &first])
        .expect(0);
    let said = world.run(&["user", "export", "BARBARA"]).expect(0);
    let export: Value = serde_json::from_str(&said.out).unwrap();
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
    assert!(!said.out.contains(&other));
    let user = accounts.find_user("barbara").await.unwrap();
    let account = accounts.store().find_account_by_id(user.id).await.unwrap();
    let hash = account.unwrap().password_hash.unwrap();
    assert!(!said.out.contains(hash.expose()));
    for word in ["argon2", "generation", "token", "epoch", "revocation"] {
        assert!(!said.out.contains(word), "{word}");
    }
    let said = world.run(&["user", "export", "single-sign-on"]).expect(0);
    let export: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(export["has_password"], false);
    world.run(&["user", "export", "nobody"]).expect(1);
}
