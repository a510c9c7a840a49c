//! Migrations: up, down, twice at once, and what the status says.

mod values;

use accounts_testkit::Case;
use rocket_accounts::store::sea::{MigrationStatus, SeaStore};
use rocket_accounts::store::{Error, SessionStore, UserStore};
use sea_orm::ConnectionTrait;

use crate::backend::{Backend, FreshBackend};
use values::{
    ADMISSION, a_registration_is_whole_or_not_at_all, a_value_of_another_version_is_corrupt,
    keys_are_ordered_by_their_bytes_in_any_locale, session,
    sessions_of_the_version_before_are_remembered, what_was_stored_is_there_after_a_restart,
};

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
    let collation = crate::case(
        Backend::Postgres,
        "postgres::keys_are_ordered_by_their_bytes_in_any_locale".to_owned(),
        keys_are_ordered_by_their_bytes_in_any_locale,
    );
    crate::on_databases![
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

async fn migrations_go_up_and_down_and_up_again(fresh: FreshBackend) {
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

async fn migrations_at_once_are_applied_once(fresh: FreshBackend) {
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

async fn the_status_tells_pending_from_unknown(fresh: FreshBackend) {
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

async fn a_newer_schema_is_not_touched(fresh: FreshBackend) {
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

async fn a_step_back_tells_beforehand_what_it_takes_away(fresh: FreshBackend) {
    let database = fresh.database().await;
    assert!(database.losses(1).await.unwrap().migrations.is_empty());
    database.migrate_up().await.unwrap();
    let store = SeaStore::new(database.clone());
    let user = store.insert_user(crate::privacy::user()).await.unwrap();
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
