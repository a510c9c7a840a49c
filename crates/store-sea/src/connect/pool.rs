//! What every pool of connections has in common.

use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::{self, Connection};

use crate::connection_check::ConnectionCheck;
use crate::options::DatabaseOptions;

pub(super) fn pool_options<DB: sqlx::Database>(
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
