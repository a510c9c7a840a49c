//! Keys `store` and section `database`: where users and sessions are kept.

use secrecy::{ExposeSecret, SecretString};

use crate::config::reader::Reader;
use rocket_accounts_store_sea::{DatabaseOptions, Misconfigured, check_database};

/// The kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// The memory of this process; lost when it ends.
    Memory,
    /// A SQLite file, for one process on one machine.
    Sqlite,
    /// Postgres, for any number of processes.
    Postgres,
}

impl StoreKind {
    /// Returns the name in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// Returns the URL schemes of the store's database.
    fn schemes(self) -> &'static [&'static str] {
        match self {
            Self::Memory => &[],
            Self::Sqlite => &["sqlite:"],
            Self::Postgres => &["postgres:", "postgresql:"],
        }
    }
}

/// The store.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// Which.
    pub kind: StoreKind,
    /// Connection URL; empty for the memory store.
    pub url: SecretString,
    /// Whether to allow Postgres on another machine without a verified certificate.
    pub allow_insecure_connection: bool,
    /// The most connections of this process.
    pub max_connections: u32,
    /// Whether to migrate the schema at the start.
    pub auto_migrate: bool,
}

impl StoreSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let choices = [StoreKind::Memory, StoreKind::Sqlite, StoreKind::Postgres];
        let choices = choices.map(|kind| (kind.as_str(), kind));
        let problems = reader.problem_count();
        let kind = reader.choice("store", &choices, StoreKind::Postgres);
        let is_known = problems == reader.problem_count();
        let allow_memory = reader.bool("allow_insecure_memory_store", false);
        if kind == StoreKind::Memory && reader.is_release() && !allow_memory {
            reader.problem(
                "store",
                "is \"memory\" in the release profile: every restart loses all users",
                "use \"postgres\" or \"sqlite\"",
            );
        }
        let url = reader.secret("database.url");
        let settings = Self {
            kind,
            url: url.clone().unwrap_or_default(),
            allow_insecure_connection: reader.bool("database.allow_insecure_connection", false),
            max_connections: reader.number("database.max_connections", 10, 1..=1000),
            auto_migrate: reader.bool("database.auto_migrate", false),
        };
        // With an invalid kind the URL cannot be checked.
        if kind != StoreKind::Memory && is_known {
            settings.check_url(reader, url.is_some());
        }
        settings
    }

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

    fn check_url(&self, reader: &mut Reader<'_>, is_set: bool) {
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
            "is of a database that this program was built without".to_owned(),
            "build it with feature `postgres` or `sqlite`",
        ),
        Misconfigured::Scheme | Misconfigured::Url => ("cannot be parsed".to_owned(), fix),
    };
    reader.problem("database.url", &what, fix);
}
