//! Creates the connection pools. They connect at the first call.

use std::io;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgListener};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions, Connection, PgPool};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use secrecy::ExposeSecret;
use tokio::time::timeout;

use super::connection_check::ConnectionCheck;
use super::dialect::Dialect;
use super::error::Misconfigured;
use super::options::DatabaseOptions;
use super::transport::{self, Transport};
use super::unreachable::{self, Unreachable};
use crate::files;
use crate::store::{Error, Result};

/// The pool to write through and the pool to read through.
pub(super) struct Pools {
    pub(super) dialect: Dialect,
    pub(super) writer: DatabaseConnection,
    pub(super) reader: DatabaseConnection,
}

impl Pools {
    // The pools are made through sqlx, not through `sea_orm::Database::connect`: that one writes
    // its options, URL and password included, into a trace span.
    pub(super) fn open(
        options: &DatabaseOptions,
        connection_check: &ConnectionCheck,
    ) -> Result<Self> {
        let url = options.url.expose_secret();
        match Dialect::of_url(url)? {
            Dialect::Postgres => {
                let connect = postgres(url, options)?;
                let pool = pool_options(options, connection_check).connect_lazy_with(connect);
                let pool = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
                Ok(Self {
                    dialect: Dialect::Postgres,
                    writer: pool.clone(),
                    reader: pool,
                })
            }
            Dialect::Sqlite => {
                let connect = sqlite(url, options)?;
                let file = connect.get_filename();
                files::create_private(file).map_err(|error| no_file(file, error))?;
                // One writer: writes wait for it in order, instead of for the file at random.
                // It alone sets the journal mode, which the file then keeps.
                let writer = connect.clone().journal_mode(SqliteJournalMode::Wal);
                let writer = pool_options(options, connection_check)
                    .max_connections(1)
                    .connect_lazy_with(writer);
                let reader = pool_options(options, connection_check).connect_lazy_with(connect);
                Ok(Self {
                    dialect: Dialect::Sqlite,
                    writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
                    reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
                })
            }
        }
    }
}

/// Returns how the database is reached, or why its URL is invalid. Does not connect.
pub(crate) fn check(options: &DatabaseOptions) -> Result<Transport, Misconfigured> {
    let url = options.url.expose_secret();
    match Dialect::of_url(url)? {
        Dialect::Postgres => transport::check(url, options.allow_insecure_connection),
        Dialect::Sqlite => sqlite(url, options).map(|_| Transport::ThisMachine),
    }
}

/// Returns whether the pools could be created, without connecting or creating a file.
pub(super) fn rehearse(options: &DatabaseOptions) -> Result<()> {
    check(options)?;
    let url = options.url.expose_secret();
    if Dialect::of_url(url)? == Dialect::Sqlite {
        let connect = sqlite(url, options)?;
        let file = connect.get_filename();
        files::may_create(file).map_err(|error| no_file(file, error))?;
    }
    Ok(())
}

fn no_file(file: &Path, error: io::Error) -> Error {
    Error::unavailable(Unreachable::File(file.to_owned(), error.into()))
}

/// Returns two connections beside the pool: one that receives notifications and one that sends
/// them. When every connection of the pool waits for a lock, these two do not.
pub(super) async fn listener(options: &DatabaseOptions) -> Result<(PgListener, PgPool)> {
    let connect = postgres(options.url.expose_secret(), options)?;
    let pool = PoolOptions::new()
        .max_connections(2)
        .max_lifetime(None)
        .idle_timeout(None)
        .acquire_timeout(options.acquire_timeout)
        .connect_lazy_with(connect);
    let listener = PgListener::connect_with(&pool).await;
    Ok((listener.map_err(Error::unavailable)?, pool))
}

/// Returns whether the database is a SQLite file that does not exist: [`Pools::open`] would create
/// it.
pub(super) fn is_missing_file(options: &DatabaseOptions) -> Result<bool> {
    let url = options.url.expose_secret();
    Ok(match Dialect::of_url(url)? {
        Dialect::Postgres => false,
        Dialect::Sqlite => !sqlite(url, options)?.get_filename().exists(),
    })
}

/// Returns the database in words for an operator: without role, password and options.
pub(super) fn name(options: &DatabaseOptions) -> Result<String> {
    let url = options.url.expose_secret();
    Ok(match Dialect::of_url(url)? {
        Dialect::Postgres => {
            let connect = postgres(url, options)?;
            let database = connect.get_database().unwrap_or(connect.get_username());
            format!("{database} at {}", transport::place(&connect))
        }
        Dialect::Sqlite => {
            let connect = sqlite(url, options)?;
            connect.get_filename().display().to_string()
        }
    })
}

/// Makes one connection, as the pool would, and closes it.
pub(super) async fn try_once(options: &DatabaseOptions) -> Result<()> {
    let url = options.url.expose_secret();
    let made = match Dialect::of_url(url)? {
        Dialect::Postgres => {
            check(options)?;
            let connect = postgres(url, options)?;
            timeout(options.acquire_timeout, unreachable::try_postgres(&connect))
                .await
                .unwrap_or_else(|_| Err(Unreachable::NoAnswer(transport::place(&connect))))
        }
        Dialect::Sqlite => unreachable::try_sqlite(&sqlite(url, options)?).await,
    };
    made.map_err(Error::unavailable)
}

fn pool_options<DB: sqlx::Database>(
    options: &DatabaseOptions,
    connection_check: &ConnectionCheck,
) -> PoolOptions<DB> {
    let connection_check = connection_check.clone();
    let ping_after_idle = options.ping_after_idle;
    PoolOptions::new()
        .max_connections(options.max_connections.max(1))
        .acquire_timeout(options.acquire_timeout)
        // A ping before each use would cost a fifth of the throughput.
        .test_before_acquire(false)
        .before_acquire(move |connection: &mut DB::Connection, metadata| {
            Box::pin(async move {
                if metadata.idle_for >= ping_after_idle {
                    connection.ping().await?;
                }
                // SQLite on a full disk rolls back by itself; the driver then takes the connection
                // for one in a transaction, and what is committed on it would be a savepoint that
                // no other connection sees. Such a connection is closed.
                Ok(!connection.is_in_transaction())
            })
        })
        .after_release(move |connection: &mut DB::Connection, _| {
            let connection_check = connection_check.clone();
            Box::pin(async move { connection_check.is_usable(connection).await })
        })
}

fn postgres(url: &str, options: &DatabaseOptions) -> Result<PgConnectOptions> {
    let (connect, _) = transport::protected(url, options.allow_insecure_connection)?;
    // Sent with the start of the connection, so they cost no round trip. A server's or a role's
    // defaults must not change what a committed answer means.
    Ok(connect.disable_statement_logging().options([
        ("statement_timeout", millis(options.statement_timeout)),
        ("lock_timeout", millis(options.lock_timeout)),
        ("default_transaction_isolation", "read committed".to_owned()),
        ("synchronous_commit", "on".to_owned()),
    ]))
}

fn millis(span: Duration) -> String {
    span.as_millis().to_string()
}

fn sqlite(url: &str, options: &DatabaseOptions) -> Result<SqliteConnectOptions, Misconfigured> {
    let connect = SqliteConnectOptions::from_str(url).map_err(|_| Misconfigured::Url)?;
    // A database in memory gets a made-up name from the driver.
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(Misconfigured::InMemory);
    }
    Ok(connect
        .disable_statement_logging()
        // A file that vanishes is an outage, not a reason to begin anew with an empty one.
        .create_if_missing(false)
        .busy_timeout(options.lock_timeout)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_database_holds_no_secret() {
        for (url, expected) in [
            (
                "postgres://ada:canary@db.example:7/wanted?sslmode=verify-full",
                "wanted at db.example:7",
            ),
            ("postgres://ada:canary@db.example", "ada at db.example:5432"),
            ("sqlite://folder/file?mode=rwc", "folder/file"),
        ] {
            assert_eq!(name(&DatabaseOptions::new(url)).unwrap(), expected);
        }
    }
}
