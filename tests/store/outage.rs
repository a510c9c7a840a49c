//! A database that is down, hung, locked, gone or read-only is `Unavailable`, within the deadline.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use accounts_testkit::Case;
use chrono::DateTime;
use rocket_accounts::domain::session::SessionId;
use rocket_accounts::store::sea::{Database, DatabaseOptions, SeaStore};
use rocket_accounts::store::{AccountStore, Error, SessionStore, UserStore};
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::backend::{Backend, FreshBackend};
use super::privacy::{assert_discreet, user};

/// The deadline, and a little for a busy machine.
const DEADLINE: Duration = Duration::from_millis(5500);

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let any = Backend::Memory;
    let (postgres, sqlite) = (Backend::Postgres, Backend::Sqlite);
    macro_rules! on {
        ($backend:ident $name:literal $test:ident) => {
            super::case(
                $backend,
                format!(concat!($name, "::{}"), stringify!($test)),
                $test,
            )
        };
    }
    super::on_databases![a_closed_store_is_unavailable, a_locked_table_is_unavailable].chain([
        on!(any "any" a_server_that_is_down_is_unavailable),
        on!(any "any" a_server_that_hangs_is_unavailable),
        on!(postgres "postgres" the_call_deadline_covers_a_blocked_statement),
        on!(postgres "postgres" connections_that_were_cut_are_replaced),
        on!(postgres "postgres" a_read_only_server_is_unavailable_for_writes),
        on!(sqlite "sqlite" a_read_only_file_is_unavailable_for_writes),
        on!(sqlite "sqlite" a_folder_that_vanished_is_unavailable),
        on!(sqlite "sqlite" a_folder_that_cannot_be_made_is_unavailable),
    ])
}

#[track_caller]
fn assert_unavailable<T: std::fmt::Debug>(answer: Result<T, Error>, since: Instant) {
    let error = answer.expect_err("the database is not there");
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert!(since.elapsed() < DEADLINE, "after {:?}", since.elapsed());
    assert_discreet(&error);
}

/// A read, a write and a transaction.
async fn assert_out(store: &SeaStore) {
    let id = SessionId(uuid::Uuid::from_u128(1));
    let now = DateTime::UNIX_EPOCH;
    let start = Instant::now();
    assert_unavailable(store.find_session_with_user(id).await, start);
    let start = Instant::now();
    assert_unavailable(store.reauthenticate(id, now).await, start);
    let start = Instant::now();
    assert_unavailable(store.disable_user(user().id, now).await, start);
}

async fn a_server_that_is_down_is_unavailable(_: FreshBackend) {
    // The port was free a moment ago, so no server listens on it.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("postgres://ada:canary@127.0.0.1:{port}/accounts");
    let database = Database::connect(&DatabaseOptions::new(url)).await.unwrap();
    let start = Instant::now();
    assert_unavailable(database.ping().await, start);
    let start = Instant::now();
    assert_unavailable(database.migration_status().await, start);
    assert_out(&SeaStore::new(database)).await;
}

async fn a_server_that_hangs_is_unavailable(_: FreshBackend) {
    // The kernel accepts the connection; there is never an answer.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("postgres://ada:canary@127.0.0.1:{port}/accounts");
    let database = Database::connect(&DatabaseOptions::new(url)).await.unwrap();
    assert_out(&SeaStore::new(database)).await;
}

async fn a_closed_store_is_unavailable(fresh: FreshBackend) {
    let database = fresh.database().await;
    database.migrate_up().await.unwrap();
    database.ping().await.unwrap();
    database.close().await;
    assert_out(&SeaStore::new(database)).await;
}

/// Another process holds the lock; when it lets go, the store works again without a restart.
async fn a_locked_table_is_unavailable(fresh: FreshBackend) {
    let store = fresh.store().await;
    let raw = fresh.raw().await;
    let holder = raw.begin().await.unwrap();
    // On SQLite any write locks the file, on Postgres this one locks the key.
    let hold = "INSERT INTO accounts_user VALUES \
        ('00000000-0000-0000-0000-000000000001', 'canary', 'canary', '', '', NULL, TRUE, 0, \
        '2027-01-01T00:00:00+00:00', '2027-01-01T00:00:00+00:00')";
    holder.execute_unprepared(hold).await.unwrap();
    let start = Instant::now();
    assert_unavailable(store.insert_user(user()).await, start);
    holder.rollback().await.unwrap();
    store.insert_user(user()).await.unwrap();
}

async fn the_call_deadline_covers_a_blocked_statement(fresh: FreshBackend) {
    fresh.store().await;
    // The server would wait for ever.
    let options = DatabaseOptions {
        statement_timeout: Duration::ZERO,
        lock_timeout: Duration::ZERO,
        call_timeout: Duration::from_millis(300),
        ..fresh.options()
    };
    let store = SeaStore::new(Database::connect(&options).await.unwrap());
    store.list_users(None, 1).await.unwrap();
    let raw = fresh.raw().await;
    let holder = raw.begin().await.unwrap();
    let lock = "LOCK TABLE accounts_session, accounts_user";
    holder.execute_unprepared(lock).await.unwrap();
    for _ in 0..3 {
        let start = Instant::now();
        assert_unavailable(store.list_users(None, 1).await, start);
        assert!(start.elapsed() < Duration::from_secs(2));
    }
    holder.rollback().await.unwrap();
    store.list_users(None, 1).await.unwrap();
}

/// What a restart of the server looks like from here.
async fn connections_that_were_cut_are_replaced(fresh: FreshBackend) {
    fresh.store().await;
    let name = format!("cut_{}", std::process::id());
    let url = format!("{}&application_name={name}", fresh.url());
    let store = SeaStore::new(Database::connect(&DatabaseOptions::new(url)).await.unwrap());
    let calls = || async {
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let store = store.clone();
            calls.spawn(async move { store.list_users(None, 1).await });
        }
        calls.join_all().await
    };
    assert!(calls().await.iter().all(Result::is_ok));
    let cut = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
    );
    let cut = fresh.raw().await.execute_unprepared(&cut).await.unwrap();
    assert!(cut.rows_affected() > 0);
    // Each connection that was cut costs one call at most.
    for _ in 0..=8 {
        let answers = calls().await;
        if answers.iter().all(Result::is_ok) {
            return;
        }
        for error in answers.into_iter().filter_map(Result::err) {
            assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        }
    }
    panic!("the pool has not recovered");
}

async fn a_read_only_server_is_unavailable_for_writes(fresh: FreshBackend) {
    fresh.store().await;
    let url = format!("{}&options[default_transaction_read_only]=on", fresh.url());
    let database = Database::connect(&DatabaseOptions::new(url)).await.unwrap();
    assert_readable_only(&SeaStore::new(database)).await;
}

async fn a_read_only_file_is_unavailable_for_writes(fresh: FreshBackend) {
    fresh.store().await;
    let url = format!("{}?mode=ro", fresh.url());
    let database = Database::connect(&DatabaseOptions::new(url)).await.unwrap();
    assert_readable_only(&SeaStore::new(database)).await;
}

async fn assert_readable_only(store: &SeaStore) {
    assert_eq!(store.list_users(None, 1).await.unwrap(), []);
    let start = Instant::now();
    assert_unavailable(store.insert_user(user()).await, start);
}

async fn a_folder_that_vanished_is_unavailable(fresh: FreshBackend) {
    let database = fresh.database().await;
    let url = fresh.url();
    let file = std::path::Path::new(url.strip_prefix("sqlite://").unwrap());
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    assert_out(&SeaStore::new(database)).await;
}

async fn a_folder_that_cannot_be_made_is_unavailable(fresh: FreshBackend) {
    fresh.database().await;
    // Below a file there is no folder. The path is no secret: an operator needs it to repair this.
    let url = format!("{}/blocked/accounts.sqlite3", fresh.url());
    let start = Instant::now();
    let refused = Database::connect(&DatabaseOptions::new(url)).await;
    assert_unavailable(refused, start);
}
