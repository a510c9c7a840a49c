//! How busy the pools are.

use super::dialect::Dialect;
use super::pool::Database;

/// How busy a pool of connections is.
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
        macro_rules! load {
            ($name:literal, $pool:expr) => {{
                let pool = $pool;
                PoolLoad {
                    name: $name,
                    most: pool.options().get_max_connections(),
                    open: pool.size(),
                    idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
                }
            }};
        }
        match self.dialect() {
            // One pool under two names.
            Dialect::Postgres => {
                vec![load!(
                    "shared",
                    self.writer().get_postgres_connection_pool()
                )]
            }
            Dialect::Sqlite => vec![
                load!("reader", self.reader().get_sqlite_connection_pool()),
                load!("writer", self.writer().get_sqlite_connection_pool()),
            ],
        }
    }
}
