//! Every statement finds its rows through an index.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

use super::{Database, DatabaseOptions, SeaStore};
use rocket_accounts_core::domain::credentials::{PasswordHash, Username};
use rocket_accounts_core::domain::ring::{KeyId, RingIds};
use rocket_accounts_core::domain::session::{
    Client, Generation, RevocationReason, Session, SessionId, SessionPolicy,
};
use rocket_accounts_core::domain::throttle::{Spacing, ThrottleKey};
use rocket_accounts_core::domain::user::UserId;
use rocket_accounts_core::store::{
    AccountStore, Admission, NewUser, PasswordChange, RingStore, SessionStore, Successor,
    ThrottleStore, UserStore,
};

const POLICY: SessionPolicy = SessionPolicy {
    idle: TimeDelta::days(30),
    idle_unremembered: TimeDelta::hours(12),
    absolute: TimeDelta::days(90),
    reuse_grace: TimeDelta::seconds(10),
    cap: 20,
};

fn spacing() -> Spacing {
    Spacing {
        free: 1,
        first: TimeDelta::seconds(1),
        most: TimeDelta::minutes(15),
    }
}

/// Calls every method of the store.
async fn use_all(store: &SeaStore) -> rocket_accounts_core::store::Result<()> {
    let now = DateTime::UNIX_EPOCH;
    let id = UserId(Uuid::from_u128(1));
    let username = Username::parse("ada").unwrap();
    let hash = PasswordHash::new("hash".to_owned());
    let user = NewUser {
        id,
        username: username.clone(),
        first_name: String::new(),
        last_name: String::new(),
        password_hash: Some(hash.clone()),
        is_active: true,
        created_at: now,
    };
    let user = store.insert_user(user).await?;
    store.find_user(id).await?;
    store.find_account(&username.key()).await?;
    store.list_users(None, 10).await?;
    store.list_users(Some(&username.key()), 10).await?;
    store.update_names(id, Some("a"), Some("b"), now).await?;
    store.upgrade_hash(id, &hash, &hash).await?;

    let open = |number| {
        let id = SessionId(Uuid::from_u128(number));
        Session::open(id, &user, Client::default(), true, &POLICY, now)
    };
    let session = open(1);
    let admission = Admission {
        cap: 3,
        replaces: Some(SessionId(Uuid::from_u128(9))),
    };
    store.insert_session(&session, admission).await?;
    store.open_session(&open(3), admission).await?;
    store.find_session(session.id).await?;
    store.find_session_with_user(session.id).await?;
    store.list_sessions(id, now).await?;
    store.list_kept_sessions(id).await?;
    store.rotate(&session.rotation(&POLICY, now)).await?;
    store.hand_out_again(session.id, Generation(2), now).await?;
    store.confirm(session.id, Generation(2), now).await?;
    store.reauthenticate(session.id, now).await?;
    let change = PasswordChange {
        user_id: id,
        expected: Some(user.credential_epoch),
        hash,
        successor: Some(Successor {
            session: open(2),
            replaces: session.id,
        }),
        now,
    };
    store.change_password(change).await?;
    let reason = RevocationReason::EndedByUser;
    store.revoke(session.id, reason, now).await?;
    store
        .revoke_for_user(id, Some(session.id), reason, now)
        .await?;
    store.disable_user(id, now).await?;
    let (key, spacing) = (ThrottleKey([1; 32]), spacing());
    store.count_guess(&key, &spacing, now).await?;
    store.count_guess(&key, &spacing, now).await?;
    store.forget_guesses(&key).await?;
    store.purge_guesses(now, 10).await?;
    let ring = RingIds {
        active: KeyId::from("a".to_owned()),
        others: Vec::new(),
    };
    store.replace_ring(None, &ring, now).await?;
    store.replace_ring(Some(1), &ring, now).await?;
    store.find_ring().await?;
    store.purge(now, 10).await?;
    store.delete_account(id).await?;
    Ok(())
}

#[tokio::test]
async fn every_statement_finds_its_rows_through_an_index() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("accounts.sqlite3");
    let options = DatabaseOptions::new(format!("sqlite://{}", file.display()));
    let mut database = Database::connect(&options).await.unwrap();
    database.migrate_up().await.unwrap();
    let plain = database.clone();

    let seen = Arc::new(Mutex::new(Vec::<Statement>::new()));
    let record = Arc::clone(&seen);
    database.observe(move |info| record.lock().unwrap().push(info.statement.clone()));
    use_all(&SeaStore::new(database)).await.unwrap();

    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert!(seen.len() > 25, "only {} statements were seen", seen.len());
    let mut by_live = 0;
    for statement in seen {
        let explain = Statement {
            sql: format!("EXPLAIN QUERY PLAN {}", statement.sql),
            values: statement.values.clone(),
            db_backend: DbBackend::Sqlite,
        };
        for row in plain.writer().query_all_raw(explain).await.unwrap() {
            let step: String = row.try_get("", "detail").unwrap();
            // A scan in the order of an index is a page; a bare one reads the whole table.
            let reads_all = step.starts_with("SCAN accounts_") && !step.contains("USING");
            assert!(!reads_all, "{step} for {}", statement.sql);
            assert!(!step.contains("AUTOMATIC"), "{step} for {}", statement.sql);
            by_live += u32::from(step.contains("accounts_session_live"));
        }
    }
    // Two logins, the list, and three times the end of all sessions of a user.
    assert_eq!(by_live, 6, "those that are over are read as well");
}
