//! Databases that one test has for itself.

mod proxy;
mod server;

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use tokio::runtime::Runtime;

pub use proxy::{Proxy, Wire};
pub use server::Postgres;

const POSTGRES: &str = "TEST_POSTGRES_URL";

/// A built-in store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// In the memory of the process.
    Memory,
    /// A file.
    Sqlite,
    /// The server that `TEST_POSTGRES_URL` names, with a role that may create schemas.
    Postgres,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

impl Backend {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Memory, Self::Sqlite, Self::Postgres];

    /// Whether tests on it can run here; else they are to be shown as ignored.
    pub fn is_available(self) -> bool {
        self != Self::Postgres || std::env::var_os(POSTGRES).is_some()
    }
}

/// A Postgres schema, gone with its value.
#[derive(Debug)]
pub struct Schema {
    server: String,
    name: String,
}

impl Schema {
    /// A new schema on the server of the tests.
    pub fn create() -> Self {
        let server = std::env::var(POSTGRES);
        Self::create_on(server.unwrap_or_else(|_| panic!("{POSTGRES} is not set")))
    }

    /// A new schema on the server with this URL.
    pub fn create_on(server: String) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("accounts_service_{}_{count}", std::process::id());
        let schema = Self { server, name };
        let name = &schema.name;
        // Left over if an earlier process of this number was killed.
        let fresh = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
        block_on(execute(&schema.server, &fresh));
        schema
    }

    /// The URL that leads into the schema.
    pub fn url(&self) -> String {
        let mut url = url::Url::parse(&self.server).unwrap();
        url.query_pairs_mut()
            .append_pair("options[search_path]", &self.name);
        url.into()
    }

    /// Runs SQL in the schema, past the service.
    pub fn execute(&self, sql: &str) {
        block_on(execute(&self.url(), sql));
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let sql = format!("DROP SCHEMA {} CASCADE", self.name);
        block_on(execute(&self.server, &sql));
    }
}

async fn execute(url: &str, sql: &str) {
    let server = connect(url).await.unwrap();
    server.execute_unprepared(sql).await.unwrap();
    server.close().await.unwrap();
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    // The driver tries again and again where it is refused.
    options.acquire_timeout(Duration::from_secs(2));
    sea_orm::Database::connect(options).await
}

/// A connection past the service, to look at its database or to stand in its way.
#[derive(Debug)]
pub struct DirectConnection {
    runtime: Runtime,
    connection: DatabaseConnection,
}

impl DirectConnection {
    /// Connects to the database with this URL.
    pub fn at(url: &str) -> Self {
        match Self::try_at(url) {
            Ok(direct) => direct,
            Err(error) => panic!("{error}"),
        }
    }

    /// The same, where the server may refuse.
    ///
    /// # Errors
    /// If no connection can be made.
    pub fn try_at(url: &str) -> Result<Self, DbErr> {
        let runtime = runtime();
        let connection = runtime.block_on(connect(url))?;
        Ok(Self {
            runtime,
            connection,
        })
    }

    /// Runs SQL; a transaction that it begins stays open, with its locks.
    pub fn execute(&self, sql: &str) {
        let work = self.connection.execute_unprepared(sql);
        self.runtime.block_on(work).unwrap();
    }

    /// The number that a query with one column called `n` has for answer.
    pub fn count(&self, sql: &str) -> i64 {
        let query = Statement::from_string(self.connection.get_database_backend(), sql);
        let work = self.connection.query_one_raw(query);
        let row = self.runtime.block_on(work).unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }
}

impl Drop for DirectConnection {
    fn drop(&mut self) {
        // The server may be gone.
        drop(self.runtime.block_on(self.connection.close_by_ref()));
    }
}

/// Runs asynchronous work to its end.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime().block_on(work)
}

fn runtime() -> Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap()
}
