//! The stores under test, each in a state of its own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts::store::sea::{Database, DatabaseOptions, SeaStore};
use rocket_accounts::store::{MemoryRing, MemoryThrottle, SplitStore};
use rocket_accounts_contract::{Ring, Store, Throttle};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tempfile::TempDir;

const POSTGRES: &str = "TEST_POSTGRES_URL";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Memory,
    SplitStore,
    Sqlite,
    Postgres,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory",
            Self::SplitStore => "split",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

impl Backend {
    pub(crate) const ALL: [Self; 4] =
        [Self::Memory, Self::SplitStore, Self::Sqlite, Self::Postgres];

    pub(crate) fn is_available(self) -> bool {
        self != Self::Postgres || std::env::var_os(POSTGRES).is_some()
    }

    /// An empty backend, without tables.
    pub(crate) async fn fresh(self) -> FreshBackend {
        let location = match self {
            Self::Memory => Location::Memory,
            Self::SplitStore => Location::SplitStore,
            Self::Sqlite => Location::Folder(Arc::new(TempDir::new().unwrap())),
            Self::Postgres => Location::Schema(Schema::create().await),
        };
        FreshBackend(location)
    }
}

#[derive(Debug, Clone)]
enum Location {
    Memory,
    SplitStore,
    Folder(Arc<TempDir>),
    Schema(Schema),
}

/// A fresh backend.
#[derive(Debug, Clone)]
pub(crate) struct FreshBackend(Location);

impl FreshBackend {
    /// An empty store.
    pub(crate) async fn store(&self) -> Store {
        match &self.0 {
            Location::Memory => Arc::new(MemoryStore::default()),
            Location::SplitStore => {
                let half = || Arc::new(MemoryStore::default());
                Arc::new(SplitStore::new(half(), half()))
            }
            Location::Folder(_) | Location::Schema(_) => {
                let database = self.database().await;
                database.migrate_up().await.unwrap();
                Arc::new(SeaStore::new(database))
            }
        }
    }

    /// A counter of failures that has counted none.
    pub(crate) async fn throttle(&self) -> Throttle {
        match &self.0 {
            Location::Memory | Location::SplitStore => Arc::new(MemoryThrottle::default()),
            Location::Folder(_) | Location::Schema(_) => {
                let database = self.database().await;
                database.migrate_up().await.unwrap();
                Arc::new(SeaStore::new(database))
            }
        }
    }

    /// A record of the key ring in which nothing is written.
    pub(crate) async fn ring(&self) -> Ring {
        match &self.0 {
            Location::Memory | Location::SplitStore => Arc::new(MemoryRing::default()),
            Location::Folder(_) | Location::Schema(_) => {
                let database = self.database().await;
                database.migrate_up().await.unwrap();
                Arc::new(SeaStore::new(database))
            }
        }
    }

    /// A handle of its own on the database, as another process would have.
    pub(crate) async fn database(&self) -> Database {
        Database::connect(&self.options()).await.unwrap()
    }

    pub(crate) fn options(&self) -> DatabaseOptions {
        DatabaseOptions::new(self.url())
    }

    pub(crate) fn url(&self) -> String {
        match &self.0 {
            Location::Memory | Location::SplitStore => panic!("no database"),
            Location::Folder(folder) => {
                let file = folder.path().join("new").join("accounts.sqlite3");
                format!("sqlite://{}", file.display())
            }
            Location::Schema(schema) => schema.url(),
        }
    }

    /// A connection past the store, for what the store cannot do.
    pub(crate) async fn raw(&self) -> DatabaseConnection {
        let mut options = sea_orm::ConnectOptions::new(self.url());
        options.max_connections(1).sqlx_logging(false);
        sea_orm::Database::connect(options).await.unwrap()
    }

    pub(crate) async fn clear(self) {
        if let Location::Schema(schema) = self.0 {
            schema.drop().await;
        }
    }
}

/// A Postgres schema that one test has for itself.
#[derive(Debug, Clone)]
struct Schema {
    server: String,
    name: String,
}

impl Schema {
    async fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(POSTGRES);
        let server = server.unwrap_or_else(|_| panic!("{POSTGRES} is not set"));
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("accounts_test_{}_{count}", std::process::id());
        let schema = Self { server, name };
        let name = &schema.name;
        // Left over if an earlier process of this number was killed.
        let fresh = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
        schema.execute(&fresh).await;
        schema
    }

    async fn drop(self) {
        self.execute(&format!("DROP SCHEMA {} CASCADE", self.name))
            .await;
    }

    async fn execute(&self, sql: &str) {
        let mut options = sea_orm::ConnectOptions::new(&self.server);
        options.max_connections(1).sqlx_logging(false);
        let server = sea_orm::Database::connect(options).await.unwrap();
        server.execute_unprepared(sql).await.unwrap();
        server.close().await.unwrap();
    }

    fn url(&self) -> String {
        let mut url = url::Url::parse(&self.server).unwrap();
        url.query_pairs_mut()
            .append_pair("options[search_path]", &self.name);
        url.into()
    }
}
