//! Rows: what a restart, another version and another locale make of them.

use chrono::{DateTime, TimeDelta};
use rocket_accounts::domain::credentials::Username;
use rocket_accounts::domain::session::{
    Client, RevocationReason, Session, SessionId, SessionPolicy,
};
use rocket_accounts::domain::user::{User, UserId};
use rocket_accounts::store::sea::SeaStore;
use rocket_accounts::store::{Admission, Error, NewUser, SessionStore, UserStore};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{LAST, NAMES};
use crate::backend::FreshBackend;

pub(super) async fn what_was_stored_is_there_after_a_restart(fresh: FreshBackend) {
    let database = fresh.database().await;
    database.migrate_up().await.unwrap();
    let user = SeaStore::new(database.clone())
        .insert_user(crate::privacy::user())
        .await;
    let user = user.unwrap();
    database.close().await;
    let store = SeaStore::new(fresh.database().await);
    assert_eq!(store.find_user(user.id).await.unwrap(), Some(user));
}

/// Those from before the upgrade, and those that a replica opens which was not upgraded yet: it
/// does not name the column.
pub(super) async fn sessions_of_the_version_before_are_remembered(fresh: FreshBackend) {
    let database = fresh.database().await;
    database.migrate_up().await.unwrap();
    let store = SeaStore::new(database.clone());
    let user = store.insert_user(crate::privacy::user()).await.unwrap();
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

pub(super) fn session(user: &User) -> Session {
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

pub(super) const ADMISSION: Admission = Admission {
    cap: 20,
    replaces: None,
};

/// A session that cannot be stored leaves no user behind.
pub(super) async fn a_registration_is_whole_or_not_at_all(fresh: FreshBackend) {
    let store = fresh.store().await;
    let ada = crate::privacy::user();
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

pub(super) async fn a_value_of_another_version_is_corrupt(fresh: FreshBackend) {
    let store = fresh.store().await;
    let user = store.insert_user(crate::privacy::user()).await.unwrap();
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
pub(super) async fn keys_are_ordered_by_their_bytes_in_any_locale(fresh: FreshBackend) {
    fresh.store().await;
    let ask = "SELECT collation_name::text FROM information_schema.columns \
        WHERE table_schema = current_schema() AND column_name = 'username_key'";
    let ask = Statement::from_string(DbBackend::Postgres, ask);
    let row = fresh.raw().await.query_one_raw(ask).await.unwrap().unwrap();
    let collation: String = row.try_get_by_index(0).unwrap();
    assert_eq!(collation, "C");
}
