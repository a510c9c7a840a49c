//! The schema of `rocket-accounts`, for Postgres and SQLite.
//!
//! Applied migrations are recorded in their own table, `accounts_migration`, so that these
//! migrations can share a database with those of the host application.
//!
//! The migrator takes no lock and, on SQLite, no transaction: run it through
//! `rocket_accounts::store::sea::Database::migrate_up`, which does both.
//!
//! To add a migration: a new file `m<date>_<number>_<topic>.rs` with `up` and `down`, and a line
//! in [`Migrator::migrations`]; then a record of a database that has it, for `tests/store/upgrades`. It
//! only adds, so that the version before works on the newer schema. A migration that was released is
//! never edited.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides the lifetime of SchemaManager, and async_trait wants the same form"
)]

pub use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager};

use sea_orm_migration::prelude::{Alias, DynIden, IntoIden};

mod m20260101_000001_users;
mod m20260101_000002_sessions;
mod m20260101_000003_throttle;
mod m20260101_000004_key_ring;
mod m20260101_000005_changes;
mod m20260101_000006_live_sessions;
mod m20260101_000007_remembered;

/// Name of the table that records which migrations have been applied.
pub const MIGRATION_TABLE: &str = "accounts_migration";

/// All migrations, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260101_000001_users::Migration),
            Box::new(m20260101_000002_sessions::Migration),
            Box::new(m20260101_000003_throttle::Migration),
            Box::new(m20260101_000004_key_ring::Migration),
            Box::new(m20260101_000005_changes::Migration),
            Box::new(m20260101_000006_live_sessions::Migration),
            Box::new(m20260101_000007_remembered::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        Alias::new(MIGRATION_TABLE).into_iden()
    }
}
