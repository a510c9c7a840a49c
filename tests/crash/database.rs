//! A database that nobody else uses, gone with its value.

use sea_orm::ConnectionTrait;
use tempfile::TempDir;

const POSTGRES: &str = "TEST_POSTGRES_URL";

pub(crate) fn has_postgres() -> bool {
    std::env::var_os(POSTGRES).is_some()
}

pub(crate) struct Place {
    /// Where the server runs and keeps its key.
    pub(crate) folder: TempDir,
    pub(crate) store: &'static str,
    pub(crate) url: String,
    schema: Option<Schema>,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("accounts.sqlite3");
        Self {
            store: "sqlite",
            url: format!("sqlite://{}", file.display()),
            folder,
            schema: None,
        }
    }

    pub(crate) fn postgres() -> Self {
        let server = std::env::var(POSTGRES).expect("TEST_POSTGRES_URL is not set");
        let name = format!("accounts_crash_{}", std::process::id());
        let mut url = url::Url::parse(&server).unwrap();
        url.query_pairs_mut()
            .append_pair("options[search_path]", &name);
        let schema = Schema { server, name };
        let name = &schema.name;
        // Left over if an earlier process of this number was killed.
        schema.execute(&format!(
            "DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"
        ));
        Self {
            store: "postgres",
            url: url.into(),
            folder: TempDir::new().unwrap(),
            schema: Some(schema),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(schema) = &self.schema {
            schema.execute(&format!("DROP SCHEMA {} CASCADE", schema.name));
        }
    }
}

struct Schema {
    server: String,
    name: String,
}

impl Schema {
    fn execute(&self, sql: &str) {
        let mut options = sea_orm::ConnectOptions::new(&self.server);
        options.max_connections(1).sqlx_logging(false);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let server = sea_orm::Database::connect(options).await.unwrap();
            server.execute_unprepared(sql).await.unwrap();
            server.close().await.unwrap();
        });
    }
}
