//! The database through `rocket_db_pools`: attached only when the chosen store is a database.

use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::{Build, Rocket};
use rocket_db_pools::{Database as PoolDatabase, Pool};
use secrecy::ExposeSecret;

use super::schema::{self, Prepared, migrate_later};
use super::{Builder, StageError, refuse};
use crate::config::{Settings, StoreSettings};
use crate::http::tasks::stay_coherent;
use rocket_accounts_core::auth::causes;
use rocket_accounts_core::store;
use rocket_accounts_core::store::cache::SessionCache;
use rocket_accounts_store_sea::{Database, DatabaseOptions, SeaStore};

/// The pool that `rocket_db_pools` keeps as managed state.
#[derive(PoolDatabase)]
#[database("accounts")]
struct AccountsDatabase(SeaPool);

/// A SeaORM connection pool for `rocket_db_pools`.
struct SeaPool(Database);

impl AccountsDatabase {
    fn database(&self) -> &Database {
        &self.0.0
    }
}

/// Returns the settings under the key where `rocket_db_pools` looks for them.
fn configure(figment: Figment, settings: &StoreSettings) -> Figment {
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

/// Checks that the database could be opened, without connecting or creating a file.
pub(super) fn check(settings: &StoreSettings) -> Result<(), store::Error> {
    let options = settings.database_options();
    options.map_or(Ok(()), |options| Database::rehearse(&options))
}

/// Attaches the pool, and then what `builder` makes of the stores in it.
pub(super) fn attach(rocket: Rocket<Build>, settings: Settings, builder: Builder) -> Rocket<Build> {
    // The pool has its own fairing; what needs it runs in a later one.
    let figment = configure(rocket.figment().clone(), &settings.store);
    let rocket = rocket.configure(figment).attach(AccountsDatabase::init());
    rocket.attach(AdHoc::try_on_ignite(
        "rocket-accounts: store",
        |rocket| async move {
            let database = AccountsDatabase::fetch(&rocket).map(|pool| pool.database().clone());
            let Some(database) = database else {
                return Err(refuse(rocket, &StageError::NoPool));
            };
            let rocket = match schema::prepare(&database, settings.store.auto_migrate).await {
                Ok(Prepared::Now) => rocket,
                Ok(Prepared::Later) => rocket.attach(migrate_later(database.clone())),
                Err(error) => return Err(refuse(rocket, &error)),
            };
            let mut store = SeaStore::new(database.clone());
            // Changes of users that are kept elsewhere are not announced.
            if let (Some(most), None) = (settings.cache.most_sessions, &builder.users) {
                store = store.with_cache(Arc::new(SessionCache::new(most)));
            }
            let rocket = rocket.manage(database).attach(stay_coherent(store.clone()));
            builder.finish(rocket, &settings, store.into_stores())
        },
    ))
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
