//! Converts database errors to store errors: transient errors, conflicts and faults.
//!
//! A driver's error can print the values of the row it concerns (`Debug` of a Postgres error has
//! `DETAIL: Failing row contains (..)`) and the URL it was configured with. So an error of the
//! database itself is reduced to its code and message, and the source of a conflict is dropped.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{DbErr, RuntimeErr, SqlErr};
use thiserror::Error;

use rocket_accounts_core::store::Error;

/// The safe part of an error that the database reported.
#[derive(Debug, Error)]
#[error("database error {code}: {message}{}", hint(code))]
struct Reported {
    code: String,
    message: String,
}

/// An invalid database configuration.
#[derive(Debug, Error)]
pub enum Misconfigured {
    /// Neither Postgres nor SQLite.
    #[error("the database URL must begin with postgres:// or sqlite://")]
    Scheme,
    /// Postgres or SQLite, but not part of this build.
    #[error("this program was built without support for that database (features postgres, sqlite)")]
    NotBuiltIn,
    /// The driver does not understand the URL. Its own error repeats the URL.
    #[error("the database URL cannot be parsed")]
    Url,
    /// Two pools over an in-memory database would be two databases.
    #[error("SQLite needs a file; to keep accounts in memory choose the memory store")]
    InMemory,
    /// Not a mode of libpq.
    #[error("the database URL has an unknown sslmode: write verify-full, or remove it")]
    SslMode,
    /// An attacker on the network path could impersonate the server and obtain the password.
    #[error(
        "the connection to the database at {0} leaves this machine, so it needs sslmode=verify-full: \
         with less, an attacker on the network path could obtain the password"
    )]
    Unverified(String),
    /// The file of `sslrootcert` cannot be read.
    #[error("the authorities in {} (sslrootcert) cannot be read: {error}", .path.display())]
    Root {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The driver would continue without it.
    #[error("{} (sslrootcert) holds no certificate in PEM", .0.display())]
    NoRoot(PathBuf),
}

impl From<Misconfigured> for Error {
    fn from(error: Misconfigured) -> Self {
        Self::failed(error)
    }
}

/// An error within a call, before it becomes an error of the stores. That type is defined
/// elsewhere, so converting a database error needs a type of this crate.
#[derive(Debug)]
pub(crate) struct CallError(Error);

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        error.0
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<DbErr> for CallError {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
            return Self(Error::Duplicate);
        }
        let is_transient = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            other => sqlx_error(other).is_some_and(is_transient),
        };
        let source = scrubbed(error);
        Self(if is_transient {
            Error::Unavailable(source)
        } else {
            Error::Failed(source)
        })
    }
}

/// Returns whether a writer of another process has locked the SQLite file. Never on Postgres.
pub(crate) fn is_busy(error: &DbErr) -> bool {
    matches!(code(error).as_deref(), Some("5" | "261" | "517"))
}

fn sqlx_error(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

fn code(error: &DbErr) -> Option<String> {
    let database = sqlx_error(error)?.as_database_error()?;
    database.code().map(std::borrow::Cow::into_owned)
}

fn is_transient(error: &SqlxError) -> bool {
    match error {
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::PoolTimedOut
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed
        | SqlxError::BeginFailed => true,
        SqlxError::Database(error) => error.code().is_some_and(|code| is_transient_code(&code)),
        _ => false,
    }
}

/// Returns whether the code is of a transient error. Codes of Postgres have five characters
/// (SQLSTATE), those of SQLite are numbers of at most four digits whose low byte is the kind
/// (<https://sqlite.org/rescode.html>).
fn is_transient_code(code: &str) -> bool {
    if code.len() == 5 {
        // Connection, insufficient resources, operator intervention (57014: statement timeout);
        // read-only, lock timeout, serialization failure, deadlock; a table or column that the
        // migration under way has not made yet.
        return matches!(code.get(..2), Some("08" | "53" | "57"))
            || matches!(
                code,
                "25006" | "55P03" | "40001" | "40P01" | "42P01" | "42703"
            );
    }
    // BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN, each with its extended codes.
    let kind = code.parse::<u32>().map(|code| code & 0xff);
    matches!(kind, Ok(5 | 6 | 8 | 10 | 13 | 14))
}

/// Returns what to do about an error that a new installation causes. SQLite has no distinct code
/// for it; there the schema is checked beforehand.
fn hint(code: &str) -> &'static str {
    match code {
        "42P01" => " (a table is missing: run `rocket-accounts migrate up`)",
        _ => "",
    }
}

fn scrubbed(error: DbErr) -> Box<dyn StdError + Send + Sync> {
    match sqlx_error(&error) {
        Some(SqlxError::Database(reported)) => Box::new(Reported {
            code: reported.code().unwrap_or_default().into_owned(),
            message: reported.message().to_owned(),
        }),
        Some(SqlxError::Configuration(_)) => Box::new(Misconfigured::Url),
        _ => Box::new(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_known_by_its_code() {
        for code in [
            "08006", "53300", "57P01", "57014", "25006", "55P03", "40001", "40P01", "42P01",
            "42703", "5", "6", "8", "10", "13", "14", "261", "262", "517", "1032", "778",
        ] {
            assert!(is_transient_code(code), "{code}");
        }
        for code in [
            "23505", "23502", "42601", "22021", "1", "11", "19", "1555", "2067", "",
        ] {
            assert!(!is_transient_code(code), "{code}");
        }
    }
}
