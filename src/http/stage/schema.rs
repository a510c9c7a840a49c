//! The schema at the start of the service.

use std::error::Error as _;
use std::time::Duration;

use rocket::fairing::AdHoc;

use super::error::StageError;
use crate::http::tasks::background;
use rocket_accounts_core::auth::causes;
use rocket_accounts_core::store::Error;
use rocket_accounts_store_sea::{Database, MigrationStatus};

/// Between two attempts to bring the schema up to date, once the service runs.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What came of the schema before the launch.
pub(super) enum Prepared {
    /// It is up to date, or a database that is down will show.
    Now,
    /// It is to be brought up to date as soon as the database is there.
    Later,
}

/// Brings the schema up to date, or checks that it is. A database that is down does not keep the
/// service from starting: it answers 503 until the database is there.
pub(super) async fn prepare(
    database: &Database,
    auto_migrate: bool,
) -> Result<Prepared, StageError> {
    let checked = match ready_to_read(database).await {
        Ok(status) => match judge(&status) {
            Ok(()) => {
                tell_newer(&status.unknown);
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

/// A refused connection is told for what it is; the pool would only say that none came.
async fn ready_to_read(database: &Database) -> Result<MigrationStatus, Error> {
    database.check_connection().await?;
    database.migration_status().await
}

/// Whether this version can work on a schema as it stands.
pub(crate) fn judge(status: &MigrationStatus) -> Result<(), StageError> {
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

/// After a roll-back, or in the middle of a roll-out.
fn tell_newer(unknown: &[String]) {
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        tracing::warn!(
            unknown,
            "the database schema is newer than this version, which works on it all the same"
        );
    }
}

/// Brings the schema up to date when the database is there, or the service would be up without
/// its tables.
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
            // Readiness tells it too; whoever mends the schema starts the service again.
            Err(error) => {
                tracing::error!(cause = %causes(&error), "the schema cannot be brought up to date");
                return;
            }
        }
    }
}
