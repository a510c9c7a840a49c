//! SQLite: one file, with one connection that writes.

use std::io;
use std::path::Path;
use std::str::FromStr;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{ConnectOptions, Connection};
use sea_orm::{DatabaseConnection, SqlxSqliteConnector};
use secrecy::ExposeSecret;

use rocket_accounts_core::store::{Error, Result};
use rocket_accounts_token::files;

use super::pool::pool_options;
use super::unreachable::Unreachable;
use crate::connection_check::ConnectionCheck;
use crate::error::Misconfigured;
use crate::options::DatabaseOptions;
use crate::options::Transport;

pub(super) fn open(
    options: &DatabaseOptions,
    connection_check: &ConnectionCheck,
) -> Result<(DatabaseConnection, DatabaseConnection)> {
    let connect = sqlite(options)?;
    let file = connect.get_filename();
    files::create_private(file).map_err(|error| no_file(file, error))?;
    // One writer: writes wait for it in order, instead of for the file at random.
    // It alone sets the journal mode, which the file then keeps.
    let writer = connect.clone().journal_mode(SqliteJournalMode::Wal);
    let writer = pool_options(options, connection_check)
        .max_connections(1)
        .connect_lazy_with(writer);
    let reader = pool_options(options, connection_check).connect_lazy_with(connect);
    Ok((
        SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
    ))
}

pub(super) fn check(options: &DatabaseOptions) -> Result<Transport, Misconfigured> {
    sqlite(options).map(|_| Transport::ThisMachine)
}

pub(super) fn rehearse(options: &DatabaseOptions) -> Result<()> {
    let connect = sqlite(options)?;
    let file = connect.get_filename();
    files::may_create(file).map_err(|error| no_file(file, error))
}

pub(super) fn is_missing(options: &DatabaseOptions) -> Result<bool> {
    Ok(!sqlite(options)?.get_filename().exists())
}

pub(super) fn name(options: &DatabaseOptions) -> Result<String> {
    Ok(sqlite(options)?.get_filename().display().to_string())
}

/// Opens the file once, without creating it.
pub(super) async fn try_once(options: &DatabaseOptions) -> Result<Result<(), Unreachable>> {
    let options = sqlite(options)?;
    Ok(match options.connect().await {
        Ok(connection) => {
            drop(connection.close().await);
            Ok(())
        }
        Err(error) => Err(Unreachable::File(
            options.get_filename().to_owned(),
            error.into(),
        )),
    })
}

fn no_file(file: &Path, error: io::Error) -> Error {
    Error::unavailable(Unreachable::File(file.to_owned(), error.into()))
}

fn sqlite(options: &DatabaseOptions) -> Result<SqliteConnectOptions, Misconfigured> {
    let url = options.url.expose_secret();
    let connect = SqliteConnectOptions::from_str(url).map_err(|_| Misconfigured::Url)?;
    // The driver generates a name for a database in memory.
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(Misconfigured::InMemory);
    }
    Ok(connect
        .disable_statement_logging()
        // A file that disappears is an outage, and must not be replaced by an empty one.
        .create_if_missing(false)
        .busy_timeout(options.lock_timeout)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true))
}
