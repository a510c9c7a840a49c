//! Users and sessions in Postgres or SQLite, through SeaORM.
//!
//! The only folder that names `sea_orm`: entities and database errors never leave it. A store is
//! made from a [`Database`], which is a connection pool with deadlines:
//!
//! ```no_run
//! # async fn run() -> rocket_accounts::store::Result<()> {
//! use rocket_accounts::store::sea::{Database, DatabaseOptions, SeaStore};
//!
//! let options = DatabaseOptions::new("sqlite://data/accounts.sqlite3");
//! let database = Database::connect(&options).await?;
//! database.migrate_up().await?;
//! let store = SeaStore::new(database);
//! # Ok(())
//! # }
//! ```
//!
//! How it keeps the contract:
//! - A step is one statement wherever possible: a compare-and-set is an `UPDATE` whose `WHERE` is
//!   the comparison, judged by the number of rows.
//! - Several statements are one transaction that first locks what it changes; `dialect` alone knows
//!   how each database locks.
//! - Uniqueness comes from the constraints.
//!
//! To add a column: a migration, the entity, its two conversions, and a clause of the contract.

mod account;
mod coherence;
mod connect;
mod connection_check;
mod dialect;
mod entity;
mod error;
mod load;
mod options;
mod outage;
mod pool;
#[cfg(test)]
mod query_plan_tests;
mod ring;
mod schema;
mod session;
mod session_rows;
mod throttle;
mod tls;
mod transport;
mod unreachable;
mod user;

pub(crate) use connect::check as check_database;
pub(crate) use error::Misconfigured;

pub use load::PoolLoad;
pub use options::DatabaseOptions;
pub use pool::Database;
pub use schema::{Losses, MigrationStatus};
pub use transport::Transport;

use std::sync::Arc;

use super::Result;
use super::cache::{Changed, SessionCache};
use dialect::Dialect;

/// Users and sessions in one database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SeaStore {
    database: Database,
    cache: Option<Arc<SessionCache>>,
    waits: bool,
}

impl SeaStore {
    /// Returns the store in `database`, whose schema is expected to be up to date.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            cache: None,
            waits: false,
        }
    }

    /// Keeps what is read in `cache`, which is used while [`stay_coherent`](Self::stay_coherent) is
    /// polled, on Postgres.
    #[must_use]
    pub fn with_cache(mut self, cache: Arc<SessionCache>) -> Self {
        self.cache = (self.database.dialect() == Dialect::Postgres).then_some(cache);
        self
    }

    /// Makes changes return only when every process with a cache has received them: for commands,
    /// whose users rely on their output.
    #[must_use]
    pub fn waiting_for_propagation(mut self) -> Self {
        self.waits = true;
        self
    }

    /// Runs a call that changes what may be in the cache.
    ///
    /// The entry is removed when the call ends, before its result is returned; also if the call
    /// failed or was cancelled, because the database may have executed it.
    async fn change<T: Send>(
        &self,
        changed: Changed,
        work: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        let _forgets = self
            .cache
            .as_deref()
            .map(|cache| Forgets { cache, changed });
        let done = self.database.call(work).await;
        if self.waits {
            self.database.wait_for_propagation().await;
        }
        done
    }
}

/// Removes entries of the cache at the end of its scope.
struct Forgets<'a> {
    cache: &'a SessionCache,
    changed: Changed,
}

impl Drop for Forgets<'_> {
    fn drop(&mut self) {
        self.cache.forget(self.changed);
    }
}
