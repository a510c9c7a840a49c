//! One connection to Postgres beside the pool, and why it cannot be opened.

use std::io::ErrorKind;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{ConnectOptions, Connection, Error as SqlxError};
use tokio::net::lookup_host;

use super::{tls, transport};
use crate::connect::unreachable::Unreachable;

/// Connects to Postgres once, and closes the connection.
pub(super) async fn try_once(options: &PgConnectOptions) -> Result<(), Unreachable> {
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
