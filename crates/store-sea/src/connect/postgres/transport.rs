//! How the connection to Postgres is protected on its way (`sslmode`).
//!
//! The driver's default, `prefer`, falls back to plain text when the server refuses TLS: an attacker on
//! the network path strips the encryption and receives the password. So another machine requires
//! `verify-full`. `require` and `verify-ca` are too weak: the first accepts every certificate, the
//! second every certificate of a public authority, whatever its name.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use crate::error::Misconfigured;
use crate::options::Transport;

/// Returns the address of the server: `host:port`, or the socket.
pub(super) fn place(options: &PgConnectOptions) -> String {
    let (host, port) = (options.get_host(), options.get_port());
    match options.get_socket() {
        Some(folder) => format!("{}/.s.PGSQL.{port}", folder.display()),
        None if host.starts_with('/') => format!("{host}/.s.PGSQL.{port}"),
        None if host.contains(':') => format!("[{host}]:{port}"),
        None => format!("{host}:{port}"),
    }
}

/// Returns how Postgres is reached, after all checks that need no connection.
pub(super) fn check(url: &str, allow_insecure: bool) -> Result<Transport, Misconfigured> {
    let (connect, transport) = protected(url, allow_insecure)?;
    if !matches!(connect.get_ssl_mode(), PgSslMode::Disable) {
        read_roots(url)?;
    }
    Ok(transport)
}

/// Returns the connect options, with the `sslmode` in force.
pub(super) fn protected(
    url: &str,
    allow_insecure: bool,
) -> Result<(PgConnectOptions, Transport), Misconfigured> {
    let written = parameter(url, &["sslmode", "ssl-mode"]);
    if written
        .as_deref()
        .is_some_and(|mode| PgSslMode::from_str(mode).is_err())
    {
        return Err(Misconfigured::SslMode);
    }
    let connect = PgConnectOptions::from_str(url).map_err(|_| Misconfigured::Url)?;
    let connect = without_brackets(connect);
    if is_socket(&connect) || is_this_machine(connect.get_host()) {
        return Ok((connect, Transport::ThisMachine));
    }
    let place = place(&connect);
    match connect.get_ssl_mode() {
        PgSslMode::VerifyFull => Ok((connect, Transport::Verified)),
        _ if allow_insecure => Ok((connect, Transport::Unverified(place))),
        _ if written.is_none() && std::env::var_os("PGSSLMODE").is_none() => {
            Ok((connect.ssl_mode(PgSslMode::VerifyFull), Transport::Verified))
        }
        _ => Err(Misconfigured::Unverified(place)),
    }
}

/// Checks the files of authorities, named in the URL or in the variables of libpq.
fn read_roots(url: &str) -> Result<(), Misconfigured> {
    let named = parameter(url, &["sslrootcert", "ssl-root-cert", "ssl-ca"]);
    let named = named.or_else(|| std::env::var("PGSSLROOTCERT").ok());
    // The driver takes the certificate itself, too.
    let Some(path) = named.filter(|named| !named.trim().starts_with("-----BEGIN")) else {
        return Ok(());
    };
    let path = PathBuf::from(path);
    match std::fs::read_to_string(&path) {
        Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => Ok(()),
        Ok(_) => Err(Misconfigured::NoRoot(path)),
        Err(error) => Err(Misconfigured::Root { path, error }),
    }
}

/// Returns the last value of a parameter, which is the one that the driver takes.
fn parameter(url: &str, names: &[&str]) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let values = url
        .query_pairs()
        .filter(|(name, _)| names.contains(&&**name));
    values.last().map(|(_, value)| value.into_owned())
}

/// Returns the options with an IPv6 address as TLS and the resolver expect it.
fn without_brackets(connect: PgConnectOptions) -> PgConnectOptions {
    let host = connect.get_host();
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match bare.map(str::to_owned) {
        Some(bare) => connect.host(&bare),
        None => connect,
    }
}

pub(super) fn is_socket(connect: &PgConnectOptions) -> bool {
    connect.get_socket().is_some() || connect.get_host().starts_with('/')
}

/// Returns whether the host is this machine, by its text and not by what it resolves to: DNS can be
/// spoofed.
fn is_this_machine(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
#[path = "transport_tests.rs"]
mod tests;
