//! Why a Rocket cannot start with accounts.

use thiserror::Error;

use rocket_accounts_core::store;

use crate::accounts::FromSettingsError;
use crate::config;

/// Why the stage failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StageError {
    /// The configuration.
    #[error(transparent)]
    Configuration(#[from] config::Error),
    /// The signing secrets or the hashing cost.
    #[error(transparent)]
    FromSettings(#[from] FromSettingsError),
    /// The database cannot be migrated.
    #[error("the schema cannot be migrated")]
    Migration(#[source] store::Error),
    /// The database lacks migrations of this version.
    #[error(
        "the database schema is out of date; run `rocket-accounts migrate up`, or set \
         accounts.database.auto_migrate = true"
    )]
    SchemaOutOfDate,
    /// The database has unknown migrations, and lacks some of this version.
    #[error(
        "the database schema belongs to another line of versions: {unknown} is not known to this \
         one, and {pending} is missing; run the version that created the schema, or a newer one"
    )]
    SchemaDiverged {
        /// The unknown migrations.
        unknown: String,
        /// The missing migrations.
        pending: String,
    },
    /// `rocket_db_pools` did not set up the pool.
    #[error("the database pool is not attached")]
    NoPool,
}
