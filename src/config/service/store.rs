//! Keys `store` and section `database`: where users and sessions are kept.

use secrecy::SecretString;

use crate::config::reader::Reader;

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

    /// Returns whether this program has a driver for the store's database.
    fn is_built_in(self) -> bool {
        match self {
            Self::Memory => false,
            Self::Sqlite => cfg!(feature = "sqlite"),
            Self::Postgres => cfg!(feature = "postgres"),
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
        // With an invalid kind the URL cannot be checked. Without a driver it is not used: the
        // application has a store of its own, or the stage refuses to start.
        if is_known && kind.is_built_in() {
            settings.check_url(reader, url.is_some());
        }
        settings
    }
}

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
impl StoreSettings {
    /// Does nothing: without a driver the URL is not used.
    #[expect(clippy::unused_self, reason = "as with a driver")]
    fn check_url(&self, _: &mut Reader<'_>, _: bool) {}
}
