//! The URL of the database.

use secrecy::ExposeSecret;

use super::store::{StoreKind, StoreSettings};
use crate::config::reader::Reader;
use rocket_accounts_store_sea::{DatabaseOptions, Misconfigured, check_database};

impl StoreKind {
    /// Returns the URL schemes of the store's database.
    fn schemes(self) -> &'static [&'static str] {
        match self {
            Self::Memory => &[],
            Self::Sqlite => &["sqlite:"],
            Self::Postgres => &["postgres:", "postgresql:"],
        }
    }
}

impl StoreSettings {
    /// Returns how to reach the database; `None` for the memory store.
    #[must_use]
    pub fn database_options(&self) -> Option<DatabaseOptions> {
        (self.kind != StoreKind::Memory).then(|| DatabaseOptions {
            url: self.url.clone(),
            allow_insecure_connection: self.allow_insecure_connection,
            max_connections: self.max_connections,
            ..DatabaseOptions::default()
        })
    }

    pub(super) fn check_url(&self, reader: &mut Reader<'_>, is_set: bool) {
        let fix = match self.kind {
            StoreKind::Sqlite => "set DATABASE_URL=sqlite://path/to/file.sqlite3",
            _ => "set DATABASE_URL=postgres://user:password@host/database",
        };
        let url = self.url.expose_secret();
        if !is_set {
            reader.problem("database.url", "is not set", fix);
        } else if !self
            .kind
            .schemes()
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            let what = format!(
                "is not a URL for accounts.store = \"{}\"",
                self.kind.as_str()
            );
            reader.problem("database.url", &what, fix);
        } else if let Some(Err(error)) = self.database_options().as_ref().map(check_database) {
            refuse_url(reader, &error, fix);
        }
    }
}

fn refuse_url(reader: &mut Reader<'_>, error: &Misconfigured, fix: &str) {
    let (what, fix) = match error {
        Misconfigured::InMemory => (
            "is an in-memory SQLite database, which is separate for each connection".to_owned(),
            "name a file, or use accounts.store = \"memory\"",
        ),
        Misconfigured::SslMode => (
            "has an unknown sslmode".to_owned(),
            "write sslmode=verify-full, or remove it",
        ),
        Misconfigured::Unverified(place) => (
            format!(
                "connects to {place}, which is not this machine, with less than \
                 sslmode=verify-full: an attacker on the network path could obtain the password"
            ),
            "write ?sslmode=verify-full, or remove sslmode from DATABASE_URL and PGSSLMODE; name a private \
             authority with sslrootcert=/path/to/ca.pem. On a trusted network only: set \
             accounts.database.allow_insecure_connection = true",
        ),
        Misconfigured::Root { .. } | Misconfigured::NoRoot(_) => (
            format!("names an unusable file: {error}"),
            "name a PEM file of certificates that the service can read",
        ),
        Misconfigured::NotBuiltIn => (
            "needs a database driver that this program was built without".to_owned(),
            "build it with feature `postgres` or `sqlite`",
        ),
        Misconfigured::Scheme | Misconfigured::Url => ("cannot be parsed".to_owned(), fix),
    };
    reader.problem("database.url", &what, fix);
}
