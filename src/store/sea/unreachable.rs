//! Why no connection to the database can be made, in words for an operator.
//!
//! A pool tries a refused connection again until its time is up, and then knows only that. So the
//! cause is found by one connection beside the pool. It is told by SQLSTATE and by the kind of an
//! I/O error; the server's own message is shown with it. No password is in either, nor the URL.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{ConnectOptions, Connection, Error as SqlxError};
use thiserror::Error;
use tokio::net::lookup_host;

/// A connection that could not be made.
#[derive(Debug, Error)]
pub(super) enum Unreachable {
    #[error(
        "connection refused at {0}: nothing listens there; start Postgres, or mend host and port \
         of DATABASE_URL"
    )]
    Refused(String),
    #[error("the host name of {0} cannot be resolved: mend the host of DATABASE_URL")]
    UnknownHost(String, #[source] io::Error),
    #[error("no answer from {0} in time: is the host right, and does a firewall let it through?")]
    NoAnswer(String),
    #[error("the connection to {0} failed")]
    Io(String, #[source] io::Error),
    #[error("{0} does not speak TLS as sslmode in DATABASE_URL asks for")]
    Tls(String, #[source] Box<dyn StdError + Send + Sync>),
    #[error("what answers at {0} does not speak as Postgres does")]
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

/// Connects to Postgres once, and hangs up.
pub(super) async fn try_postgres(options: &PgConnectOptions) -> Result<(), Unreachable> {
    let (host, port) = (options.get_host(), options.get_port());
    let is_socket = options.get_socket().is_some() || host.starts_with('/');
    if !is_socket {
        // Of its own, for an unknown name has no kind that could be told from others later.
        let named = |error| Unreachable::UnknownHost(place(options), error);
        drop(lookup_host((host, port)).await.map_err(named)?);
    }
    match options.connect().await {
        // What a server that is told good-bye answers is not of interest.
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

/// Where the server is looked for: `host:port`, or the socket.
pub(super) fn place(options: &PgConnectOptions) -> String {
    let (host, port) = (options.get_host(), options.get_port());
    match options.get_socket() {
        Some(folder) => format!("{}/.s.PGSQL.{port}", folder.display()),
        None if host.starts_with('/') => format!("{host}/.s.PGSQL.{port}"),
        None => format!("{host}:{port}"),
    }
}

fn of_postgres(options: &PgConnectOptions, error: SqlxError) -> Unreachable {
    let at = place(options);
    match error {
        SqlxError::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => Unreachable::Refused(at),
            ErrorKind::TimedOut => Unreachable::NoAnswer(at),
            // A handshake that failed; a certificate that is not believed.
            ErrorKind::InvalidData => Unreachable::Tls(at, error.into()),
            _ => Unreachable::Io(at, error),
        },
        SqlxError::Tls(error) => Unreachable::Tls(at, error),
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

/// What a server means that refuses a connection
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn refused_for(code: &str, options: &PgConnectOptions) -> String {
    let role = options.get_username();
    // The server takes the role's name for the database where none is given.
    let database = options.get_database().unwrap_or(role);
    match code {
        "28P01" => format!("the password of role \"{role}\" is wrong, or there is no such role"),
        "28000" => format!(
            "role \"{role}\" does not exist, or pg_hba.conf does not let it into \"{database}\" \
             from here"
        ),
        "3D000" => format!("database \"{database}\" does not exist: make it by CREATE DATABASE"),
        "42501" => format!("role \"{role}\" may not connect to database \"{database}\""),
        "53300" => "all its connections are taken".to_owned(),
        "57P03" => "it is starting up or shutting down".to_owned(),
        _ => "it cannot be used now".to_owned(),
    }
}
