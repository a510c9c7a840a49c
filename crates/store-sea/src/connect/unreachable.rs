//! Why no connection to the database can be made, in words for an operator.
//!
//! A pool tries a refused connection again until its time is up, and then knows only that. So the
//! cause is found by one connection beside the pool. It is told by SQLSTATE and by the kind of an
//! I/O error; the server's own message is shown with it. No password is in either, nor the URL.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A connection that could not be made.
#[cfg_attr(
    not(all(feature = "postgres", feature = "sqlite")),
    expect(dead_code, reason = "a build has what it was asked for")
)]
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
    #[error(
        "{0} does not speak TLS, which is needed: set ssl = on in its postgresql.conf, or see \
         accounts.database.allow_insecure_connection"
    )]
    NoTls(String),
    #[error("{0} {1}")]
    Tls(String, String),
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
