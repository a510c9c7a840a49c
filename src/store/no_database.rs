//! In place of databases, in a build without them.

use std::future::Ready;

use rocket_accounts_core::store::Result;

/// A database, of which there is none.
#[derive(Debug, Clone)]
pub(crate) enum Database {}

impl Database {
    pub(crate) fn migration_status(&self) -> Ready<Result<MigrationStatus>> {
        match *self {}
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn load(&self) -> Vec<PoolLoad> {
        match *self {}
    }
}

/// The state of its schema.
pub(crate) enum MigrationStatus {}

impl MigrationStatus {
    pub(crate) fn is_current(&self) -> bool {
        match *self {}
    }
}

/// How busy a pool of connections is.
#[cfg(feature = "metrics")]
pub(crate) struct PoolLoad {
    pub(crate) name: &'static str,
    pub(crate) most: u32,
    pub(crate) open: u32,
    pub(crate) idle: u32,
}
