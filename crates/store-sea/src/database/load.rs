//! The load of the pools.

use super::Database;
use crate::dialect::Dialect;

/// The load of a pool of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLoad {
    /// The name of the pool: `shared`, or `reader` and `writer` where they are separate.
    pub name: &'static str,
    /// The maximum number of connections.
    pub most: u32,
    /// Open connections.
    pub open: u32,
    /// Open connections that are not in use.
    pub idle: u32,
}

impl Database {
    /// Returns how busy each pool is.
    #[must_use]
    pub fn load(&self) -> Vec<PoolLoad> {
        match self.dialect() {
            // Reader and writer are the same pool.
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                vec![load("shared", self.writer().get_postgres_connection_pool())]
            }
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => vec![
                load("reader", self.reader().get_sqlite_connection_pool()),
                load("writer", self.writer().get_sqlite_connection_pool()),
            ],
            // There are no pools of a database without a driver in this build.
            #[cfg(not(all(feature = "postgres", feature = "sqlite")))]
            _ => Vec::new(),
        }
    }
}

fn load<D: sea_orm::sqlx::Database>(name: &'static str, pool: &sea_orm::sqlx::Pool<D>) -> PoolLoad {
    PoolLoad {
        name,
        most: pool.options().get_max_connections(),
        open: pool.size(),
        idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
    }
}
