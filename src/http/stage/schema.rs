//! The schema at the start of the service.

use std::error::Error as _;
use std::time::Duration;

use rocket::fairing::AdHoc;

use super::error::StageError;
use crate::http::tasks::background;
use rocket_accounts_core::auth::causes;
use rocket_accounts_core::store::Error;
use rocket_accounts_store_sea::{Database, MigrationStatus};

/// The pause between attempts to migrate the schema, once the service runs.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The state of the schema before the launch.
pub(super) enum Prepared {
    /// It is up to date, or the database is down, which requests will report.
    Now,
    /// It must be migrated as soon as the database is available.
    Later,
}

/// Migrates the schema, or checks that it is current. A database that is down does not prevent the
/// start: the service answers 503 until the database is available.
pub(super) async fn prepare(
    database: &Database,
    auto_migrate: bool,
) -> Result<Prepared, StageError> {
    let checked = match ready_to_read(database).await {
        Ok(status) => match check(&status) {
            Ok(()) => {
                log_newer(&status.unknown);
                Ok(())
            }
            Err(StageError::SchemaOutOfDate) if auto_migrate => {
                database.migrate_up().await.map(drop)
            }
            Err(error) => return Err(error),
        },
        Err(error) => Err(error),
    };
    match checked {
        Ok(()) => Ok(Prepared::Now),
        Err(error @ Error::Unavailable(_)) => {
            let cause = error.source().map(tracing::field::display);
            tracing::warn!(cause, "starting although the database is unavailable");
            Ok(if auto_migrate {
                Prepared::Later
            } else {
                Prepared::Now
            })
        }
        Err(error) => Err(StageError::Migration(error)),
    }
}

/// Reads the status of the schema. A refused connection is reported with its cause; the pool would
/// only report that none was available.
async fn ready_to_read(database: &Database) -> Result<MigrationStatus, Error> {
    database.check_connection().await?;
    database.migration_status().await
}

/// Checks that this version can work on the schema.
pub(crate) fn check(status: &MigrationStatus) -> Result<(), StageError> {
    if status.is_current() {
        return Ok(());
    }
    if status.unknown.is_empty() {
        return Err(StageError::SchemaOutOfDate);
    }
    Err(StageError::SchemaDiverged {
        unknown: status.unknown.join(", "),
        pending: status.pending.join(", "),
    })
}

/// Logs that the schema is newer, as after a roll-back or during a roll-out.
fn log_newer(unknown: &[String]) {
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        tracing::warn!(
            unknown,
            "the database schema is newer than this version, which can work on it"
        );
    }
}

/// Migrates the schema when the database is available, so that the service does not run without its
/// tables.
pub(super) fn migrate_later(database: Database) -> AdHoc {
    background("rocket-accounts: schema", |_| {
        Some(Box::pin(async move { migrate(&database).await }))
    })
}

async fn migrate(database: &Database) {
    loop {
        match database.migrate_up().await {
            Ok(applied) => {
                tracing::info!(applied = applied.len(), "the schema is up to date");
                return;
            }
            Err(Error::Unavailable(_)) => tokio::time::sleep(AGAIN_AFTER).await,
            // Readiness reports it too; after repairing the schema the service must be restarted.
            Err(error) => {
                tracing::error!(cause = %causes(&error), "the schema cannot be migrated");
                return;
            }
        }
    }
}
