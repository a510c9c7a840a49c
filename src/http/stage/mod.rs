//! Attaching accounts to a Rocket.

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod database;
mod error;
mod mount;
#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
mod no_database;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) mod schema;
mod time_budget;

use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::{Build, Rocket};

pub use self::error::StageError;
use self::mount::mount;
#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
use self::no_database as database;
use crate::accounts::Accounts;
use crate::config::deployment_check::{self, Finding};
use crate::config::{Settings, StoreKind, layered};
use crate::http::app_state::AppState;
use crate::http::observability::metrics;
#[cfg(feature = "openapi")]
use crate::http::openapi::OpenApi;
use crate::http::response::{SecurityHeaders, catchers};
use crate::http::routes;
use crate::http::tasks::{announce_keys, purge};
use crate::store::Database;
use rocket_accounts_core::auth::{EventSink, Events};
use rocket_accounts_core::domain::clock::{Clock, SystemClock};
use rocket_accounts_core::store::{
    AccountStore, RingStore, SplitStore, Stores, ThrottleStore, UserStore,
};

/// Builds the fairing that [`Accounts::stage`] returns.
#[derive(Debug, Default)]
pub struct Builder {
    store: Option<Arc<dyn AccountStore>>,
    users: Option<Arc<dyn UserStore>>,
    throttle: Option<Arc<dyn ThrottleStore>>,
    rings: Option<Arc<dyn RingStore>>,
    events: Events,
    clock: Option<Arc<dyn Clock>>,
    rehearses: bool,
}

impl Accounts {
    /// Returns a fairing that mounts all routes and makes the guards work, as configured.
    ///
    /// ```no_run
    /// use rocket_accounts::Accounts;
    ///
    /// #[rocket::launch]
    /// fn rocket() -> _ {
    ///     rocket::build().attach(Accounts::stage())
    /// }
    /// ```
    #[must_use]
    pub fn stage() -> AdHoc {
        Self::builder().stage()
    }

    /// Returns a builder, for a stage with the application's own parts.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// Keeps users and sessions in `store`, whatever the configuration says.
    #[must_use]
    pub fn store(mut self, store: impl AccountStore) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Keeps users in `users`, and sessions in the configured store.
    #[must_use]
    pub fn user_store(mut self, users: impl UserStore) -> Self {
        self.users = Some(Arc::new(users));
        self
    }

    /// Counts failures of accounts in `store`, whatever the configuration says. Without one they
    /// are counted in the configured database; next to a [`store`](Self::store) of the
    /// application's own, in the memory of this process.
    #[must_use]
    pub fn throttle_store(mut self, store: impl ThrottleStore) -> Self {
        self.throttle = Some(Arc::new(store));
        self
    }

    /// Records the names of the signing keys in `store`, whatever the configuration says. Without
    /// one they are recorded in the configured database; next to a [`store`](Self::store) of the
    /// application's own, in the memory of this process.
    #[must_use]
    pub fn ring_store(mut self, store: impl RingStore) -> Self {
        self.rings = Some(Arc::new(store));
        self
    }

    /// Sends every security event to `sink`, besides the log and the sinks added before.
    #[must_use]
    pub fn event_sink(mut self, sink: impl EventSink) -> Self {
        self.events.add(Arc::new(sink));
        self
    }

    /// Takes the time from `clock`; for tests.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Makes the stage check everything that a start does, without connecting to the database or
    /// writing files.
    #[cfg(feature = "server")]
    pub(crate) fn rehearsal(mut self) -> Self {
        self.rehearses = true;
        self
    }

    /// Returns the fairing.
    #[must_use]
    pub fn stage(self) -> AdHoc {
        AdHoc::try_on_ignite("rocket-accounts", |rocket| async move {
            match Settings::load(&layered(rocket.figment())) {
                Ok((mut settings, _)) => {
                    if self.rehearses {
                        settings.keys = settings.keys.rehearsal();
                    }
                    let of_keys = deployment_check::of_key_file(&settings.keys);
                    let findings = deployment_check::at_start(&settings);
                    let around = deployment_check::of_environment();
                    let all = findings.iter().chain(&of_keys).chain(&around);
                    all.for_each(Finding::warn);
                    self.set(rocket, settings)
                }
                Err(error) => Err(refuse(rocket, &error.into())),
            }
        })
    }

    fn set(
        self,
        rocket: Rocket<Build>,
        settings: Settings,
    ) -> Result<Rocket<Build>, Rocket<Build>> {
        let needs_database = self.store.is_none() && settings.store.kind != StoreKind::Memory;
        if needs_database && let Err(error) = database::check(&settings.store) {
            database::log_error(&error);
            return Err(rocket);
        }
        if !needs_database || self.rehearses {
            let stores = self.store.clone().map(Stores::beside);
            return self.finish(rocket, &settings, stores.unwrap_or_else(Stores::in_memory));
        }
        Ok(database::attach(rocket, settings, self))
    }

    fn finish(
        self,
        rocket: Rocket<Build>,
        settings: &Settings,
        mut stores: Stores,
    ) -> Result<Rocket<Build>, Rocket<Build>> {
        if let Some(users) = self.users {
            stores.accounts = Arc::new(SplitStore::new(users, stores.accounts));
        }
        stores.throttle = self.throttle.unwrap_or(stores.throttle);
        stores.key_ring = self.rings.unwrap_or(stores.key_ring);
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let mut events = self.events;
        let metrics = metrics::counters(&settings.metrics);
        if let Some(metrics) = &metrics {
            events.add(metrics.clone());
        }
        let made = Accounts::from_settings(settings, stores, events, clock);
        let accounts = match made {
            Ok(accounts) => accounts,
            Err(error) => return Err(refuse(rocket, &error.into())),
        };
        let database = rocket.state::<Database>().cloned();
        let app = AppState::new(accounts.clone(), database, settings);
        let rocket = routes::mount_jwks(rocket, &accounts, &settings.base);
        let rocket = rocket
            .manage(accounts)
            .manage(app)
            .register(settings.base.clone(), catchers())
            .attach(SecurityHeaders)
            .attach(announce_keys())
            .attach(purge(settings.session.clone()));
        #[cfg(feature = "openapi")]
        let rocket = rocket.attach(OpenApi::fairing(settings));
        Ok(mount(rocket, settings, metrics))
    }
}

/// Logs why, and stops the launch.
fn refuse(rocket: Rocket<Build>, error: &StageError) -> Rocket<Build> {
    let cause = std::error::Error::source(error).map(tracing::field::display);
    tracing::error!(cause, "cannot start: {error}");
    rocket
}
