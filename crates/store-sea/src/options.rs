//! Which database, and how long to wait for it.

use std::time::Duration;

use secrecy::SecretString;

/// The address of the database, and timeouts.
///
/// With the defaults every call returns within three seconds, whatever the database does; all calls
/// of a request together may take five (`store::time_budget`).
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// `postgres://user:password@host/database` or `sqlite://path/to/file`. Secret, because it may
    /// hold a password. A pooler between here and Postgres must let startup options and prepared
    /// statements through (`PgBouncer` refuses the former by default).
    pub url: SecretString,
    /// Whether another machine may be reached with less than `sslmode=verify-full`. Off, such a URL
    /// is refused, and one without `sslmode` gets it.
    pub allow_insecure_connection: bool,
    /// The most connections to Postgres, or readers of a SQLite file (its writer is one more).
    pub max_connections: u32,
    /// Longest wait for a free connection, including opening a new one.
    pub acquire_timeout: Duration,
    /// Longest duration of one statement (Postgres).
    pub statement_timeout: Duration,
    /// Longest wait for a lock: Postgres' `lock_timeout`, SQLite's busy timeout.
    pub lock_timeout: Duration,
    /// Longest time for a whole store call.
    pub call_timeout: Duration,
    /// A connection that was idle for this long is tested before it is used.
    pub ping_after_idle: Duration,
}

impl DatabaseOptions {
    /// Returns the defaults, for the database at `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: SecretString::from(url.into()),
            ..Self::default()
        }
    }
}

impl Default for DatabaseOptions {
    /// Returns options without a database: [`url`](Self::url) is empty and has to be set.
    fn default() -> Self {
        Self {
            url: SecretString::default(),
            allow_insecure_connection: false,
            max_connections: 10,
            acquire_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_millis(2500),
            lock_timeout: Duration::from_secs(2),
            call_timeout: Duration::from_secs(3),
            ping_after_idle: Duration::from_secs(30),
        }
    }
}

/// How a database is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// A file, a Unix socket or a loopback address, on this machine.
    ThisMachine,
    /// Over TLS, with a certificate for the name that is connected to.
    Verified,
    /// To `host:port`, which an attacker on the path could impersonate; only if explicitly allowed.
    Unverified(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_says_nothing_of_the_url() {
        let options = DatabaseOptions::new("postgres://ada:canary@localhost/accounts");
        assert!(!format!("{options:?}").contains("canary"));
    }
}
