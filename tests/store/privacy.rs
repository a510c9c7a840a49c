//! What errors say, and to whom files belong.

use accounts_testkit::Case;
use chrono::DateTime;
use rocket_accounts::domain::credentials::{PasswordHash, Username};
use rocket_accounts::domain::user::UserId;
use rocket_accounts::store::sea::{Database, DatabaseOptions, SeaStore};
use rocket_accounts::store::{Error, NewUser, UserStore};
use sea_orm::ConnectionTrait;

use super::backend::{Backend, FreshBackend};

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let postgres = super::case(
        Backend::Postgres,
        "postgres::a_failing_row_is_not_printed".to_owned(),
        a_failing_row_is_not_printed,
    );
    let sqlite = super::case(
        Backend::Sqlite,
        "sqlite::a_new_file_is_its_owners_alone".to_owned(),
        a_new_file_is_its_owners_alone,
    );
    let urls = super::case(
        Backend::Memory,
        "any::a_bad_url_is_refused_and_not_printed".to_owned(),
        a_bad_url_is_refused_and_not_printed,
    );
    super::on_databases![a_conflict_is_not_printed, a_fault_keeps_its_source]
        .chain([postgres, sqlite, urls])
}

/// A user whose every text says "canary".
pub(crate) fn user() -> NewUser {
    NewUser {
        id: UserId(uuid::Uuid::from_u128(7)),
        username: Username::parse("canary").unwrap(),
        first_name: "canary".to_owned(),
        last_name: "canary".to_owned(),
        password_hash: Some(PasswordHash::new("canary".to_owned())),
        is_active: true,
        created_at: DateTime::UNIX_EPOCH,
    }
}

/// Nothing that a log could print of an error says "canary".
#[track_caller]
pub(crate) fn assert_discreet(error: &Error) {
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = next {
        let said = format!("{error} {error:?}");
        assert!(!said.contains("canary"), "{said}");
        next = error.source();
    }
}

async fn a_conflict_is_not_printed(fresh: FreshBackend) {
    let store = fresh.store().await;
    store.insert_user(user()).await.unwrap();
    let taken = store.insert_user(user()).await.unwrap_err();
    assert_discreet(&taken);
    let other = NewUser {
        username: Username::parse("other").unwrap(),
        ..user()
    };
    let duplicate = store.insert_user(other).await.unwrap_err();
    assert!(matches!(duplicate, Error::Duplicate));
    assert_discreet(&duplicate);
}

async fn a_fault_keeps_its_source(fresh: FreshBackend) {
    // Nothing was migrated: there are no tables.
    let store = SeaStore::new(fresh.database().await);
    let error = store.insert_user(user()).await.unwrap_err();
    // On Postgres they may be on their way.
    let is_trouble = matches!(error, Error::Failed(_) | Error::Unavailable(_));
    assert!(is_trouble, "{error:?}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("accounts_user"), "{source}");
    assert_discreet(&error);
}

/// Postgres puts the whole row, the hash with it, into the detail of a broken check.
async fn a_failing_row_is_not_printed(fresh: FreshBackend) {
    let store = fresh.store().await;
    let raw = fresh.raw().await;
    let check = "ALTER TABLE accounts_user ADD CHECK (first_name = 'somebody')";
    raw.execute_unprepared(check).await.unwrap();
    let error = store.insert_user(user()).await.unwrap_err();
    assert!(matches!(error, Error::Failed(_)), "{error:?}");
    assert_discreet(&error);
    let nul = Some("canary\0");
    let error = store
        .update_names(user().id, nul, None, DateTime::UNIX_EPOCH)
        .await;
    let error = error.unwrap_err();
    assert!(matches!(error, Error::Failed(_)), "{error:?}");
    assert_discreet(&error);
}

async fn a_new_file_is_its_owners_alone(fresh: FreshBackend) {
    let store = fresh.store().await;
    store.insert_user(user()).await.unwrap();
    let url = fresh.url();
    let file = std::path::Path::new(url.strip_prefix("sqlite://").unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(file.parent().unwrap()), 0o700);
        assert_eq!(mode(file), 0o600);
        assert_eq!(mode(&file.with_extension("sqlite3-wal")), 0o600);
    }
    assert!(
        file.with_extension("sqlite3-wal").exists(),
        "write-ahead log"
    );
}

async fn a_bad_url_is_refused_and_not_printed(_: FreshBackend) {
    for url in [
        "",
        "canary",
        "mysql://ada:canary@localhost/accounts",
        "postgres://ada:canary@localhost:port/accounts",
        "postgres://ada:canary@[localhost/accounts",
        "sqlite://canary?mode=canary",
        "sqlite::memory:",
        "sqlite://canary?mode=memory",
    ] {
        let options = DatabaseOptions::new(url);
        let error = Database::connect(&options).await.unwrap_err();
        assert!(matches!(error, Error::Failed(_)), "{url}: {error:?}");
        assert_discreet(&error);
    }
}
