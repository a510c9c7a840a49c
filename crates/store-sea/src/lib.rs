//! Users and sessions in Postgres or SQLite, through `SeaORM`.
//!
//! The only crate that names `sea_orm`: entities and database errors never leave it. A store is
//! made from a [`Database`], which is a connection pool with deadlines:
//!
//! ```no_run
//! # async fn run() -> rocket_accounts_core::store::Result<()> {
//! use rocket_accounts_store_sea::{Database, DatabaseOptions, SeaStore};
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

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
compile_error!("turn on a feature of rocket-accounts-store-sea: postgres, sqlite, or both");

#[cfg(feature = "postgres")]
mod coherence;
mod connect;
mod connection_check;
mod database;
mod dialect;
mod entity;
mod error;
mod options;
#[cfg(test)]
#[cfg(feature = "sqlite")]
mod query_plan_tests;
mod stores;

pub use connect::check as check_database;
pub use database::{Database, Losses, MigrationStatus, PoolLoad};
pub use error::Misconfigured;
pub use options::{DatabaseOptions, Transport};

use std::sync::Arc;

use rocket_accounts_core::store::cache::{Changed, MAX_STALENESS, SessionCache};
use rocket_accounts_core::store::{Result, Stores};

use tokio::time::sleep;

use dialect::Dialect;
use error::CallError;

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

    /// Returns this store as all stores of a service.
    #[must_use]
    pub fn into_stores(self) -> Stores {
        Stores::from(Arc::new(self))
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
        work: impl Future<Output = Result<T, CallError>> + Send,
    ) -> Result<T> {
        let _forgets = self
            .cache
            .as_deref()
            .map(|cache| Forgets { cache, changed });
        let done = self.database.call(work).await;
        if self.waits {
            self.wait_for_propagation().await;
        }
        done
    }

    /// Waits until every process with a cache of this database has received the changes that were
    /// committed before the call, or no longer trusts its cache.
    async fn wait_for_propagation(&self) {
        if self.database.dialect() == Dialect::Postgres {
            sleep(MAX_STALENESS).await;
        }
    }

    /// Does nothing: only Postgres announces changes, and this build has no Postgres.
    #[cfg(not(feature = "postgres"))]
    pub fn stay_coherent(&self) -> impl Future<Output = ()> {
        std::future::ready(())
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
