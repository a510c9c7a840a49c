//! Keys `store` and section `database`: where users and sessions are kept.

use secrecy::{ExposeSecret, SecretString};

use super::reader::Reader;
use crate::store::sea::DatabaseOptions;

/// Which store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// The memory of this process; gone with it.
    Memory,
    /// A SQLite file, for one process on one machine.
    Sqlite,
    /// Postgres, for any number of processes.
    Postgres,
}

impl StoreKind {
    /// The name in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// URL schemes of the store's database.
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
    /// Most connections of this process.
    pub max_connections: u32,
    /// Whether to bring the schema up to date at the start.
    pub auto_migrate: bool,
}

impl StoreSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let choices = [StoreKind::Memory, StoreKind::Sqlite, StoreKind::Postgres];
        let choices = choices.map(|kind| (kind.as_str(), kind));
        let problems = reader.problem_count();
        let kind = reader.choice("store", &choices, StoreKind::Postgres);
        let is_known = problems == reader.problem_count();
        let allow_memory = reader.bool("allow_insecure_memory_store", false);
        if kind == StoreKind::Memory && reader.is_release() && !allow_memory {
            reader.problem(
                "store",
                "is \"memory\" in the release profile: every restart forgets all users",
                "use \"postgres\" or \"sqlite\"",
            );
        }
        let url = reader.secret("database.url");
        // A kind that is none says nothing about the URL.
        if kind != StoreKind::Memory && is_known {
            judge_url(reader, kind, url.as_ref());
        }
        Self {
            kind,
            url: url.unwrap_or_default(),
            max_connections: reader.number("database.max_connections", 10, 1..=1000),
            auto_migrate: reader.bool("database.auto_migrate", false),
        }
    }
}

impl StoreSettings {
    /// How to reach the database; `None` for the memory store.
    #[must_use]
    pub fn database_options(&self) -> Option<DatabaseOptions> {
        (self.kind != StoreKind::Memory).then(|| DatabaseOptions {
            url: self.url.clone(),
            max_connections: self.max_connections,
            ..DatabaseOptions::default()
        })
    }
}

fn judge_url(reader: &mut Reader<'_>, kind: StoreKind, url: Option<&SecretString>) {
    let fix = match kind {
        StoreKind::Sqlite => "set DATABASE_URL=sqlite://path/to/file.sqlite3",
        _ => "set DATABASE_URL=postgres://user:password@host/database",
    };
    let Some(url) = url else {
        return reader.problem("database.url", "is not set", fix);
    };
    let url = url.expose_secret();
    if !kind.schemes().iter().any(|scheme| url.starts_with(scheme)) {
        let what = format!("is not a URL for accounts.store = \"{}\"", kind.as_str());
        reader.problem("database.url", &what, fix);
    } else if url.contains(":memory:") || url.contains("mode=memory") {
        reader.problem(
            "database.url",
            "is a SQLite database in memory, which each connection has its own of",
            "name a file, or use accounts.store = \"memory\"",
        );
    }
}
