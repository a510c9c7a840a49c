//! Postgres: one pool for reading and writing, and two connections beside it for notifications of
//! changes.

pub(super) mod tls;
mod transport;
mod unreachable;

use std::time::Duration;

use sea_orm::sqlx::ConnectOptions;
use sea_orm::sqlx::PgPool;
use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgListener};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use secrecy::ExposeSecret;
use tokio::time::timeout;

use rocket_accounts_core::store::{Error, Result};

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
    let pool = pool_options(options, connection_check).connect_lazy_with(postgres(options)?);
    let pool = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    Ok((pool.clone(), pool))
}

pub(super) fn check(options: &DatabaseOptions) -> Result<Transport, Misconfigured> {
    transport::check(
        options.url.expose_secret(),
        options.allow_insecure_connection,
    )
}

pub(super) fn rehearse(options: &DatabaseOptions) -> Result<()> {
    check(options)?;
    Ok(())
}

/// Returns `false`: there is no file that could be missing.
#[expect(clippy::unnecessary_wraps, reason = "as with the other database")]
pub(super) fn is_missing(_: &DatabaseOptions) -> Result<bool> {
    Ok(false)
}

pub(super) fn name(options: &DatabaseOptions) -> Result<String> {
    let connect = postgres(options)?;
    let database = connect.get_database().unwrap_or(connect.get_username());
    Ok(format!("{database} at {}", transport::place(&connect)))
}

/// Connects once, and closes the connection.
pub(super) async fn try_once(options: &DatabaseOptions) -> Result<Result<(), Unreachable>> {
    check(options)?;
    let connect = postgres(options)?;
    Ok(
        timeout(options.acquire_timeout, unreachable::try_once(&connect))
            .await
            .unwrap_or_else(|_| Err(Unreachable::NoAnswer(transport::place(&connect)))),
    )
}

/// Returns two connections beside the pool: one that receives notifications and one that sends
/// them. When every connection of the pool waits for a lock, these two do not.
pub(crate) async fn listener(options: &DatabaseOptions) -> Result<(PgListener, PgPool)> {
    let connect = postgres(options)?;
    let pool = PoolOptions::new()
        .max_connections(2)
        .max_lifetime(None)
        .idle_timeout(None)
        .acquire_timeout(options.acquire_timeout)
        .connect_lazy_with(connect);
    let listener = PgListener::connect_with(&pool).await;
    Ok((listener.map_err(Error::unavailable)?, pool))
}

fn postgres(options: &DatabaseOptions) -> Result<PgConnectOptions> {
    let url = options.url.expose_secret();
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
