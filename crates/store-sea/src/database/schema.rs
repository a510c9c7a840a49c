//! The schema: migrating it up and down, and its status.

use std::time::Duration;

use rocket_accounts_migration::{MIGRATION_TABLE, Migrator, MigratorTrait, SchemaManager};
use sea_orm::sea_query::{Alias, Asterisk, Expr, Func, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait};

use super::Database;
use crate::entity::{session, user};
use crate::error::is_busy;
use rocket_accounts_core::store::Result;

/// Longest time for a change of the schema, including the wait for another process.
const SCHEMA_TIMEOUT: Duration = Duration::from_mins(10);
/// How often, and how long apart, a SQLite file that another process is creating is tried.
const BUSY_TRIES: u32 = 30;
const BUSY_PAUSE: Duration = Duration::from_millis(100);

/// The migrations that make the two tables.
const USERS_MADE_BY: &str = "m20260101_000001_users";
const SESSIONS_MADE_BY: &str = "m20260101_000002_sessions";

/// The schema of a database compared with this version of the library.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// Applied, oldest first.
    pub applied: Vec<String>,
    /// Known to this version and not applied.
    pub pending: Vec<String>,
    /// Applied and not known to this version: the schema is newer. Every migration is additive, so
    /// this version works on it, as long as nothing is pending.
    pub unknown: Vec<String>,
}

impl MigrationStatus {
    /// Returns whether this version can work with the database as it is.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.pending.is_empty()
    }

    fn new(recorded: Vec<String>) -> Self {
        let migrations = Migrator::migrations();
        let known = migrations.iter().map(|m| m.name().to_owned());
        let (applied, pending) = known.partition(|name| recorded.contains(name));
        let mut status = Self {
            applied,
            pending,
            unknown: recorded,
        };
        status.unknown.retain(|name| !status.applied.contains(name));
        status
    }
}

/// What migrating down would remove.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Losses {
    /// The migrations that would be reverted, newest first.
    pub migrations: Vec<String>,
    /// Users whose table would be dropped.
    pub users: u64,
    /// Sessions whose table would be dropped.
    pub sessions: u64,
}

impl Database {
    /// Applies the pending migrations, all or none, and returns their names, oldest first.
    ///
    /// Safe to call from any number of processes at once: the others wait, for a minute at most,
    /// and then have nothing to do.
    ///
    /// # Errors
    /// A database error, or a schema that has some migrations of a newer version and lacks some of
    /// this one.
    pub async fn migrate_up(&self) -> Result<Vec<String>> {
        self.migrate(Step::Up).await
    }

    /// Reverts the newest `steps` migrations, drops their data, and returns their names, newest
    /// first.
    ///
    /// # Errors
    /// A database error, or a schema that is newer than this version.
    pub async fn migrate_down(&self, steps: u32) -> Result<Vec<String>> {
        self.migrate(Step::Down(steps)).await
    }

    /// Returns what [`migrate_down`](Self::migrate_down) would remove. Changes nothing.
    ///
    /// # Errors
    /// A database error.
    pub async fn losses(&self, steps: u32) -> Result<Losses> {
        let status = self.migration_status().await?;
        let steps = usize::try_from(steps).unwrap_or(usize::MAX);
        let mut losses = Losses {
            migrations: status.applied.into_iter().rev().take(steps).collect(),
            ..Losses::default()
        };
        let is_lost = |migration: &str| losses.migrations.iter().any(|name| name == migration);
        let (users, sessions) = (is_lost(USERS_MADE_BY), is_lost(SESSIONS_MADE_BY));
        let count = async {
            if users {
                losses.users = count(self.reader(), user::Entity).await?;
            }
            if sessions {
                losses.sessions = count(self.reader(), session::Entity).await?;
            }
            Ok(losses)
        };
        self.call(count).await
    }

    /// Returns the status of the schema. Changes nothing.
    ///
    /// # Errors
    /// A database error.
    pub async fn migration_status(&self) -> Result<MigrationStatus> {
        let status = async {
            let manager = SchemaManager::new(self.reader());
            // Without the table nothing has been applied.
            if !manager.has_table(MIGRATION_TABLE).await? {
                return Ok(MigrationStatus::new(Vec::new()));
            }
            let recorded = recorded(self.reader()).await?;
            Ok(MigrationStatus::new(recorded))
        };
        self.call(status).await
    }

    async fn migrate(&self, step: Step) -> Result<Vec<String>> {
        let work = async {
            let transaction = self.begin_when_free().await?;
            self.dialect().lock_schema(&transaction).await?;
            let changed = step.run(&transaction).await?;
            transaction.commit().await?;
            Ok(changed)
        };
        self.within(SCHEMA_TIMEOUT, work).await
    }

    /// Begins a transaction, also while another process turns on SQLite's write-ahead log, the one
    /// lock that the busy timeout does not wait for.
    async fn begin_when_free(&self) -> Result<DatabaseTransaction, DbErr> {
        for _ in 1..BUSY_TRIES {
            match self.begin().await {
                Err(error) if is_busy(&error) => tokio::time::sleep(BUSY_PAUSE).await,
                begun => return begun,
            }
        }
        self.begin().await
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Up,
    Down(u32),
}

impl Step {
    async fn run(self, transaction: &DatabaseTransaction) -> Result<Vec<String>, DbErr> {
        Migrator::install(transaction).await?;
        let before = recorded(transaction).await?;
        match self {
            // The migrator would not begin on a schema that is newer.
            Self::Up if MigrationStatus::new(before.clone()).is_current() => {}
            Self::Up => Migrator::up(transaction, None).await?,
            Self::Down(steps) => Migrator::down(transaction, Some(steps)).await?,
        }
        let after = recorded(transaction).await?;
        let without = |mut names: Vec<String>, others: &[String]| {
            names.retain(|name| !others.contains(name));
            names
        };
        Ok(match self {
            Self::Up => without(after, &before),
            Self::Down(_) => without(before, &after).into_iter().rev().collect(),
        })
    }
}

/// Returns the number of rows of a table, whichever columns it has.
async fn count<C: ConnectionTrait>(connection: &C, table: impl EntityTrait) -> Result<u64, DbErr> {
    let select = Query::select()
        .expr_as(Func::count(Expr::col(Asterisk)), "rows")
        .from(table)
        .to_owned();
    let row = connection.query_one(&select).await?;
    let rows: Option<i64> = row.map(|row| row.try_get("", "rows")).transpose()?;
    Ok(rows.and_then(|rows| u64::try_from(rows).ok()).unwrap_or(0))
}

/// Returns the names of the applied migrations, oldest first.
async fn recorded<C: ConnectionTrait>(connection: &C) -> Result<Vec<String>, DbErr> {
    let version = Alias::new("version");
    let select = Query::select()
        .column(version.clone())
        .from(Alias::new(MIGRATION_TABLE))
        .order_by(version, sea_orm::sea_query::Order::Asc)
        .to_owned();
    let rows = connection.query_all(&select).await?;
    rows.iter().map(|row| row.try_get("", "version")).collect()
}
