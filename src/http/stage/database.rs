//! The database through `rocket_db_pools`: attached only when the chosen store is a database.

use rocket::figment::Figment;
use rocket_db_pools::{Database as PoolDatabase, Pool};
use secrecy::ExposeSecret;

use crate::config::StoreSettings;
use rocket_accounts_core::auth::causes;
use rocket_accounts_core::store;
use rocket_accounts_store_sea::{Database, DatabaseOptions};

/// The pool that `rocket_db_pools` keeps as managed state.
#[derive(PoolDatabase)]
#[database("accounts")]
pub(super) struct AccountsDatabase(SeaPool);

/// A SeaORM connection pool for `rocket_db_pools`.
pub(super) struct SeaPool(Database);

impl AccountsDatabase {
    pub(super) fn database(&self) -> &Database {
        &self.0.0
    }
}

/// Returns the settings under the key where `rocket_db_pools` looks for them.
pub(super) fn configure(figment: Figment, settings: &StoreSettings) -> Figment {
    let url = settings.url.expose_secret();
    let key = |name: &str| format!("databases.accounts.{name}");
    let allow_insecure = settings.allow_insecure_connection;
    figment
        .merge((key("url"), url))
        .merge((key("max_connections"), settings.max_connections))
        .merge((key("allow_insecure_connection"), allow_insecure))
}

/// Logs why there is no pool.
pub(super) fn log_error(error: &store::Error) {
    tracing::error!(cause = %causes(error), "cannot start: no database can be opened");
}

#[rocket::async_trait]
impl Pool for SeaPool {
    type Connection = Database;
    type Error = store::Error;

    async fn init(figment: &Figment) -> Result<Self, store::Error> {
        // Our own settings were validated already; a host application may have set others here.
        let text = |key| figment.extract_inner::<String>(key);
        let url =
            text("url").map_err(|_| store::Error::failed("databases.accounts.url is not set"))?;
        let mut options = DatabaseOptions::new(url);
        if let Ok(most) = figment.extract_inner("max_connections") {
            options.max_connections = most;
        }
        if let Ok(allow) = figment.extract_inner("allow_insecure_connection") {
            options.allow_insecure_connection = allow;
        }
        // `rocket_db_pools` drops the cause.
        let connected = Database::connect(&options).await.inspect_err(log_error);
        Ok(Self(connected?))
    }

    async fn get(&self) -> Result<Database, store::Error> {
        Ok(self.0.clone())
    }

    /// Does nothing: Rocket calls this when a shutdown starts, while requests in flight are still
    /// served. The launching code closes the [`Database`] afterwards.
    async fn close(&self) {}
}
