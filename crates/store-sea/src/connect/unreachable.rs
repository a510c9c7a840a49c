//! Why no connection to the database can be opened, in words for an operator.
//!
//! A pool retries a refused connection until its time is up, and then only knows that. So one
//! connection beside the pool finds the cause, by SQLSTATE or the kind of an I/O error, and shows
//! the server's own message. Neither contains a password or the URL.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a connection could not be opened.
#[cfg_attr(
    not(all(feature = "postgres", feature = "sqlite")),
    expect(dead_code, reason = "a build has what it was asked for")
)]
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
