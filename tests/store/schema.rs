//! Migrations: up, down, twice at once, and what the status says.

use accounts_testkit::Case;
use chrono::{DateTime, TimeDelta};
use rocket_accounts::domain::credentials::Username;
use rocket_accounts::domain::session::{
    Client, RevocationReason, Session, SessionId, SessionPolicy,
};
use rocket_accounts::domain::user::{User, UserId};
use rocket_accounts::store::sea::{MigrationStatus, SeaStore};
use rocket_accounts::store::{Admission, Error, NewUser, SessionStore, UserStore};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::backend::{Backend, Fresh};

const NAMES: [&str; 7] = [
    "m20260101_000001_users",
    "m20260101_000002_sessions",
    "m20260101_000003_throttle",
    "m20260101_000004_key_ring",
    "m20260101_000005_changes",
    "m20260101_000006_live_sessions",
    "m20260101_000007_remembered",
];
const LAST: usize = NAMES.len() - 1;

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let collation = super::case(
        Backend::Postgres,
        "postgres::keys_are_ordered_by_their_bytes_in_any_locale".to_owned(),
        keys_are_ordered_by_their_bytes_in_any_locale,
    );
    super::on_databases![
        migrations_go_up_and_down_and_up_again,
        migrations_at_once_are_applied_once,
        the_status_tells_pending_from_unknown,
        a_newer_schema_is_not_touched,
        what_was_stored_is_there_after_a_restart,
        sessions_of_the_version_before_are_remembered,
        a_value_of_another_version_is_corrupt,
        a_step_back_tells_beforehand_what_it_takes_away,
        a_registration_is_whole_or_not_at_all,
    ]
    .chain([collation])
}

async fn migrations_go_up_and_down_and_up_again(fresh: Fresh) {
    let database = fresh.database().await;
    assert_eq!(database.migrate_up().await.unwrap(), NAMES);
    assert_eq!(database.migrate_up().await.unwrap(), [""; 0]);
    assert_eq!(database.migrate_down(1).await.unwrap(), NAMES[LAST..]);
    assert_eq!(database.migrate_up().await.unwrap(), NAMES[LAST..]);
    let mut down = NAMES;
    down.reverse();
    assert_eq!(database.migrate_down(99).await.unwrap(), down);
    let store = SeaStore::new(database.clone());
    let without_table = store.list_users(None, 1).await;
    assert!(
        matches!(without_table, Err(Error::Failed(_) | Error::Unavailable(_))),
        "{without_table:?}"
    );
    assert_eq!(database.migrate_up().await.unwrap(), NAMES);
    assert_eq!(store.list_users(None, 1).await.unwrap(), []);
}

async fn migrations_at_once_are_applied_once(fresh: Fresh) {
    // Handles of their own, as two replicas have that start at the same time.
    let mut replicas = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let fresh = fresh.clone();
        replicas.spawn(async move { fresh.database().await.migrate_up().await.unwrap() });
    }
    let mut applied = replicas.join_all().await.concat();
    applied.sort();
    assert_eq!(applied, NAMES);
    assert!(
        fresh
            .database()
            .await
            .migration_status()
            .await
            .unwrap()
            .is_current()
    );
}

async fn the_status_tells_pending_from_unknown(fresh: Fresh) {
    let database = fresh.database().await;
    let status = database.migration_status().await.unwrap();
    assert_eq!(status.pending, NAMES);
    assert_eq!(status.applied, [""; 0]);
    database.migrate_up().await.unwrap();
    database.migrate_down(1).await.unwrap();
    let status = database.migration_status().await.unwrap();
    assert_eq!(status.applied, NAMES[..LAST]);
    assert_eq!(status.pending, NAMES[LAST..]);
    assert!(!status.is_current());
    database.migrate_up().await.unwrap();
    let status = database.migration_status().await.unwrap();
    assert_eq!(status.applied, NAMES);
    assert_ne!(status, MigrationStatus::default());
    assert!(status.is_current());
}

const FUTURE: &str = "m29990101_000001_future";

async fn a_newer_schema_is_not_touched(fresh: Fresh) {
    let database = fresh.database().await;
    database.migrate_up().await.unwrap();
    let raw = fresh.raw().await;
    let record = format!("INSERT INTO accounts_migration VALUES ('{FUTURE}', 0)");
    raw.execute_unprepared(&record).await.unwrap();
    let status = database.migration_status().await.unwrap();
    assert_eq!(status.unknown, [FUTURE]);
    assert_eq!(status.applied, NAMES);
    // Every migration is additive.
    assert!(status.is_current());
    assert_eq!(database.migrate_up().await.unwrap(), [""; 0]);
    let refused = database.migrate_down(1).await;
    assert!(matches!(refused, Err(Error::Failed(_))), "{refused:?}");
    let pending = format!(
        "DELETE FROM accounts_migration WHERE version = '{}'",
        NAMES[LAST]
    );
    raw.execute_unprepared(&pending).await.unwrap();
    let status = database.migration_status().await.unwrap();
    assert!(!status.is_current());
    let refused = database.migrate_up().await;
    assert!(matches!(refused, Err(Error::Failed(_))), "{refused:?}");
    assert_eq!(database.migration_status().await.unwrap(), status);
}

async fn what_was_stored_is_there_after_a_restart(fresh: Fresh) {
    let database = fresh.database().await;
    database.migrate_up().await.unwrap();
    let user = SeaStore::new(database.clone())
        .insert_user(super::privacy::user())
        .await;
    let user = user.unwrap();
    database.close().await;
    let store = SeaStore::new(fresh.database().await);
    assert_eq!(store.find_user(user.id).await.unwrap(), Some(user));
}

async fn a_step_back_tells_beforehand_what_it_takes_away(fresh: Fresh) {
    let database = fresh.database().await;
    assert!(database.losses(1).await.unwrap().migrations.is_empty());
    database.migrate_up().await.unwrap();
    let store = SeaStore::new(database.clone());
    let user = store.insert_user(super::privacy::user()).await.unwrap();
    let session = session(&user);
    store.insert_session(&session, ADMISSION).await.unwrap();
    for (steps, users, sessions) in [(1, 0, 0), (5, 0, 0), (6, 0, 1), (7, 1, 1), (99, 1, 1)] {
        let losses = database.losses(steps).await.unwrap();
        assert_eq!(
            (losses.users, losses.sessions),
            (users, sessions),
            "{steps}"
        );
    }
    // The newest columns are gone, and the rows are counted all the same.
    let last = database.migrate_down(1).await.unwrap();
    let losses = database.losses(99).await.unwrap();
    assert_eq!((losses.users, losses.sessions), (1, 1));
    assert_eq!(losses.migrations.len() + last.len(), NAMES.len());
    assert_eq!(database.migrate_down(99).await.unwrap(), losses.migrations);
}

/// Those from before the upgrade, and those that a replica opens which was not upgraded yet: it
/// does not name the column.
async fn sessions_of_the_version_before_are_remembered(fresh: Fresh) {
    let database = fresh.database().await;
    database.migrate_up().await.unwrap();
    let store = SeaStore::new(database.clone());
    let user = store.insert_user(super::privacy::user()).await.unwrap();
    let session = Session {
        remembered: false,
        ..session(&user)
    };
    store.insert_session(&session, ADMISSION).await.unwrap();
    let is_remembered = async |id| {
        let found = store.find_session(id).await.unwrap();
        found.unwrap().remembered
    };
    assert!(!is_remembered(session.id).await);

    let raw = fresh.raw().await;
    let other = SessionId(uuid::Uuid::from_u128(2));
    let id = match raw.get_database_backend() {
        DbBackend::Sqlite => format!("x'{}'", other.0.simple()),
        _ => format!("'{}'", other.0),
    };
    let columns = "user_id, credential_epoch, generation, rotated_at, confirmed, \
                   authenticated_at, created_at, last_used_at, idle_expires_at, \
                   absolute_expires_at, revoked_at, revocation_reason, user_agent, address";
    let old = format!(
        "INSERT INTO accounts_session (id, {columns}) SELECT {id}, {columns} FROM accounts_session"
    );
    raw.execute_unprepared(&old).await.unwrap();
    assert!(is_remembered(other).await);
    assert!(!is_remembered(session.id).await);

    assert_eq!(database.migrate_down(1).await.unwrap(), NAMES[LAST..]);
    assert_eq!(database.migrate_up().await.unwrap(), NAMES[LAST..]);
    assert!(is_remembered(session.id).await);
}

fn session(user: &User) -> Session {
    let id = SessionId(uuid::Uuid::from_u128(1));
    let policy = SessionPolicy {
        idle: TimeDelta::days(1),
        idle_unremembered: TimeDelta::hours(1),
        absolute: TimeDelta::days(1),
        reuse_grace: TimeDelta::seconds(10),
        cap: 20,
    };
    Session::open(
        id,
        user,
        Client::default(),
        true,
        &policy,
        DateTime::UNIX_EPOCH,
    )
}

const ADMISSION: Admission = Admission {
    cap: 20,
    replaces: None,
};

/// A session that cannot be stored leaves no user behind.
async fn a_registration_is_whole_or_not_at_all(fresh: Fresh) {
    let store = fresh.store().await;
    let ada = super::privacy::user();
    let bob = NewUser {
        id: UserId(uuid::Uuid::from_u128(99)),
        username: Username::parse("bob").unwrap(),
        ..ada.clone()
    };
    // The same identifier for both.
    let of_ada = session(&ada.user());
    let inserted = store.insert_user_with_session(ada, &of_ada, ADMISSION);
    inserted.await.unwrap();
    let of_bob = session(&bob.user());
    let refused = store.insert_user_with_session(bob.clone(), &of_bob, ADMISSION);
    let refused = refused.await;
    assert!(matches!(refused, Err(Error::Duplicate)), "{refused:?}");
    assert_eq!(store.find_user(bob.id).await.unwrap(), None);
}

async fn a_value_of_another_version_is_corrupt(fresh: Fresh) {
    let store = fresh.store().await;
    let user = store.insert_user(super::privacy::user()).await.unwrap();
    let session = session(&user);
    let id = session.id;
    store.insert_session(&session, ADMISSION).await.unwrap();
    let raw = fresh.raw().await;
    let write = "UPDATE accounts_session SET revoked_at = created_at, revocation_reason = 'whim'";
    raw.execute_unprepared(write).await.unwrap();
    // Over is over, for a reason that this version does not know or for none.
    for reason in ["'whim'", "NULL"] {
        let write = format!("UPDATE accounts_session SET revocation_reason = {reason}");
        raw.execute_unprepared(&write).await.unwrap();
        let found = store.find_session(id).await.unwrap().unwrap();
        let reason = found.revocation.map(|revocation| revocation.reason);
        assert_eq!(reason, Some(RevocationReason::Other));
        assert!(store.find_session_with_user(id).await.unwrap().is_some());
    }
    let write = "UPDATE accounts_session SET address = 'nowhere'";
    raw.execute_unprepared(write).await.unwrap();
    for corrupt in [
        store.find_session(id).await.map(drop),
        store.find_session_with_user(id).await.map(drop),
    ] {
        assert!(matches!(corrupt, Err(Error::Corrupt { .. })), "{corrupt:?}");
    }
}

/// The clause on pages can tell only on a server with a locale of its own, this one on any.
async fn keys_are_ordered_by_their_bytes_in_any_locale(fresh: Fresh) {
    fresh.store().await;
    let ask = "SELECT collation_name::text FROM information_schema.columns \
        WHERE table_schema = current_schema() AND column_name = 'username_key'";
    let ask = Statement::from_string(DbBackend::Postgres, ask);
    let row = fresh.raw().await.query_one_raw(ask).await.unwrap().unwrap();
    let collation: String = row.try_get_by_index(0).unwrap();
    assert_eq!(collation, "C");
}
