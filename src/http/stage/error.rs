//! Why a Rocket cannot start with accounts.

use thiserror::Error;

use rocket_accounts_core::store;

use crate::accounts::FromSettingsError;
use crate::config;

/// Why the stage could not be set.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StageError {
    /// The configuration.
    #[error(transparent)]
    Configuration(#[from] config::Error),
    /// The signing secrets or the hashing cost.
    #[error(transparent)]
    Assemble(#[from] FromSettingsError),
    /// The database cannot be brought up to date.
    #[error("the schema cannot be brought up to date")]
    Migration(#[source] store::Error),
    /// The database lacks migrations of this version.
    #[error(
        "the database schema is out of date; run `rocket-accounts migrate up`, or set \
         accounts.database.auto_migrate = true"
    )]
    SchemaOutOfDate,
    /// The database has migrations that this version does not know, and lacks some that it has.
    #[error(
        "the database schema was made by another line of versions: {unknown} is not known to this \
         one, and {pending} is missing; run the version that the schema was made by, or a newer one"
    )]
    SchemaDiverged {
        /// The names of those it does not know.
        unknown: String,
        /// The names of those it lacks.
        pending: String,
    },
    /// `rocket_db_pools` did not set up the pool.
    #[error("the database pool is not attached")]
    NoPool,
}
