//! Creates the connection pools. They connect at the first call.
//!
//! One module for each kind of database, with the same functions; a build without one has
//! `absent` in its place.

mod pool;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(not(feature = "postgres"))]
#[path = "absent.rs"]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(not(feature = "sqlite"))]
#[path = "absent.rs"]
mod sqlite;
mod unreachable;

use sea_orm::DatabaseConnection;
use secrecy::ExposeSecret;

use rocket_accounts_core::store::{Error, Result};

use crate::connection_check::ConnectionCheck;
use crate::dialect::Dialect;
use crate::error::Misconfigured;
use crate::options::{DatabaseOptions, Transport};

/// The pools for writing and reading.
pub(crate) struct Pools {
    pub(crate) dialect: Dialect,
    pub(crate) writer: DatabaseConnection,
    pub(crate) reader: DatabaseConnection,
}

impl Pools {
    // The pools are made through sqlx, not through `sea_orm::Database::connect`: that one writes
    // its options, URL and password included, into a trace span.
    pub(crate) fn open(
        options: &DatabaseOptions,
        connection_check: &ConnectionCheck,
    ) -> Result<Self> {
        let dialect = dialect(options)?;
        let (writer, reader) = match dialect {
            Dialect::Postgres => postgres::open(options, connection_check),
            Dialect::Sqlite => sqlite::open(options, connection_check),
        }?;
        Ok(Self {
            dialect,
            writer,
            reader,
        })
    }
}

fn dialect(options: &DatabaseOptions) -> Result<Dialect, Misconfigured> {
    Dialect::of_url(options.url.expose_secret())
}

/// Returns how the database is reached, or why its URL is invalid. Does not connect.
///
/// # Errors
/// See [`Misconfigured`].
pub fn check(options: &DatabaseOptions) -> Result<Transport, Misconfigured> {
    match dialect(options)? {
        Dialect::Postgres => postgres::check(options),
        Dialect::Sqlite => sqlite::check(options),
    }
}

/// Returns whether the pools could be created, without connecting or creating a file.
pub(crate) fn rehearse(options: &DatabaseOptions) -> Result<()> {
    match dialect(options)? {
        Dialect::Postgres => postgres::rehearse(options),
        Dialect::Sqlite => sqlite::rehearse(options),
    }
}

/// Returns whether the database is a SQLite file that does not exist: [`Pools::open`] would create
/// it.
pub(crate) fn is_missing_file(options: &DatabaseOptions) -> Result<bool> {
    match dialect(options)? {
        Dialect::Postgres => postgres::is_missing(options),
        Dialect::Sqlite => sqlite::is_missing(options),
    }
}

/// Returns the database in words for an operator: without role, password and options.
pub(crate) fn name(options: &DatabaseOptions) -> Result<String> {
    match dialect(options)? {
        Dialect::Postgres => postgres::name(options),
        Dialect::Sqlite => sqlite::name(options),
    }
}

/// Makes one connection, as the pool would, and closes it.
pub(crate) async fn try_once(options: &DatabaseOptions) -> Result<()> {
    let made = match dialect(options)? {
        Dialect::Postgres => postgres::try_once(options).await?,
        Dialect::Sqlite => sqlite::try_once(options).await?,
    };
    made.map_err(Error::unavailable)
}

#[cfg(all(feature = "postgres", feature = "sqlite"))]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_database_holds_no_secret() {
        for (url, expected) in [
            (
                "postgres://ada:canary@db.example:7/wanted?sslmode=verify-full",
                "wanted at db.example:7",
            ),
            ("postgres://ada:canary@db.example", "ada at db.example:5432"),
            ("sqlite://folder/file?mode=rwc", "folder/file"),
        ] {
            assert_eq!(name(&DatabaseOptions::new(url)).unwrap(), expected);
        }
    }
}
