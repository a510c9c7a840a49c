//! Why no connection to the database can be opened, in words for an operator.
//!
//! A pool retries a refused connection until its time is up, and then only knows that. So one
//! connection beside the pool finds the cause, by SQLSTATE or the kind of an I/O error, and shows
//! the server's own message. Neither contains a password or the URL.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{ConnectOptions, Connection, Error as SqlxError};
use thiserror::Error;
use tokio::net::lookup_host;

use super::{tls, transport};

/// Why a connection could not be opened.
#[derive(Debug, Error)]
pub(super) enum Unreachable {
    #[error(
        "connection refused at {0}: nothing listens there; start Postgres, or correct host and port \
         of DATABASE_URL"
    )]
    Refused(String),
    #[error("the host name of {0} cannot be resolved: correct the host in DATABASE_URL")]
    UnknownHost(String, #[source] io::Error),
    #[error("no answer from {0} in time: check the host, and the firewalls in between")]
    NoAnswer(String),
    #[error("the connection to {0} failed")]
    Io(String, #[source] io::Error),
    #[error(
        "{0} does not speak TLS, which is needed: set ssl = on in its postgresql.conf, or see \
         accounts.database.allow_insecure_connection"
    )]
    NoTls(String),
    #[error("{0} {1}")]
    Tls(String, String),
    #[error("the server at {0} does not speak the Postgres protocol")]
    NotPostgres(String),
    #[error("{at} refused the connection: {why} ({code}: {message})")]
    Server {
        at: String,
        why: String,
        code: String,
        message: String,
    },
    #[error("the SQLite file {} cannot be opened", .0.display())]
    File(PathBuf, #[source] Box<dyn StdError + Send + Sync>),
}

/// Connects to Postgres once, and closes the connection.
pub(super) async fn try_postgres(options: &PgConnectOptions) -> Result<(), Unreachable> {
    let (host, port) = (options.get_host(), options.get_port());
    if !transport::is_socket(options) {
        // Resolved separately, because the error of an unknown name has no kind that distinguishes
        // it later.
        let named = |error| Unreachable::UnknownHost(transport::place(options), error);
        drop(lookup_host((host, port)).await.map_err(named)?);
    }
    match options.connect().await {
        // The server's answer to the end of the connection does not matter.
        Ok(connection) => {
            drop(connection.close().await);
            Ok(())
        }
        Err(error) => Err(of_postgres(options, error)),
    }
}

/// Opens a SQLite file once, without creating it.
pub(super) async fn try_sqlite(options: &SqliteConnectOptions) -> Result<(), Unreachable> {
    match options.connect().await {
        Ok(connection) => {
            drop(connection.close().await);
            Ok(())
        }
        Err(error) => Err(Unreachable::File(
            options.get_filename().to_owned(),
            error.into(),
        )),
    }
}

fn of_postgres(options: &PgConnectOptions, error: SqlxError) -> Unreachable {
    let at = transport::place(options);
    match error {
        SqlxError::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => Unreachable::Refused(at),
            ErrorKind::TimedOut => Unreachable::NoAnswer(at),
            // A failed handshake, or a certificate that is not trusted.
            ErrorKind::InvalidData => Unreachable::Tls(at, tls::reason(&error, options.get_host())),
            _ => Unreachable::Io(at, error),
        },
        // The driver has one text for a server that refuses TLS, and passes other errors on.
        SqlxError::Tls(error) if error.to_string().contains("does not support TLS") => {
            Unreachable::NoTls(at)
        }
        SqlxError::Tls(error) => Unreachable::Tls(at, format!("cannot be used over TLS: {error}")),
        SqlxError::Database(error) => {
            let code = error.code().unwrap_or_default().into_owned();
            Unreachable::Server {
                at,
                why: refused_for(&code, options),
                message: error.message().to_owned(),
                code,
            }
        }
        _ => Unreachable::NotPostgres(at),
    }
}

/// Returns the meaning of an error code of a server that refuses a connection
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn refused_for(code: &str, options: &PgConnectOptions) -> String {
    let role = options.get_username();
    // The server uses the role's name as the database's name where none is given.
    let database = options.get_database().unwrap_or(role);
    match code {
        "28P01" => format!("the password of role \"{role}\" is wrong, or there is no such role"),
        "28000" => format!(
            "role \"{role}\" does not exist, or pg_hba.conf does not admit it to \"{database}\" \
             from here"
        ),
        "3D000" => {
            format!("database \"{database}\" does not exist: create it with CREATE DATABASE")
        }
        "42501" => format!("role \"{role}\" may not connect to database \"{database}\""),
        "53300" => "all its connections are taken".to_owned(),
        "57P03" => "it is starting up or shutting down".to_owned(),
        _ => "it cannot be used now".to_owned(),
    }
}
