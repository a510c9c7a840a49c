//! The services under attack: one for each store and setup, shared by all its cases.

use std::sync::{Mutex, OnceLock};

use accounts_testkit::{Backend, Client, Place, Service, place};

use crate::forge;

/// The other origin that may send unsafe requests.
pub(crate) const TRUSTED: &str = "https://admin.example";

/// How a service is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setup {
    /// Plain cookie names, `http://localhost:8000`, limits on attempts off.
    Plain,
    /// As in production: `https://app.example`, prefixed cookie names.
    Https,
    /// The same with `cookie.domain`, which gives up the prefix `__Host-`.
    Domain,
    /// A spent refresh token is not repeated because it was spent just now.
    NoGrace,
    /// A spent refresh token is repeated for one second.
    ShortGrace,
    /// Limits on attempts on. A service for each case: counters would mix.
    Throttled,
    /// The same behind a proxy on this machine.
    BehindProxy,
    /// Everything is logged, as JSON, and there is no grace. A service for each case: its log is read.
    Talkative,
}

/// A place for the binary under attack: `ATTACKED_BINARY`, or the one of this build.
pub(crate) fn attacked() -> Place {
    match std::env::var_os("ATTACKED_BINARY") {
        Some(binary) => Place::new(binary),
        None => place!(),
    }
}

/// One service.
pub(crate) struct Ground {
    pub(crate) setup: Setup,
    pub(crate) backend: Backend,
    pub(crate) place: Place,
    pub(crate) client: Client,
    pub(crate) service: Mutex<Service>,
}

impl Ground {
    fn new(backend: Backend, setup: Setup) -> Self {
        let place = attacked()
            .on(backend)
            .cheap_hashing()
            .set("ROCKET_WORKERS", "2")
            .set("ACCOUNTS_KEYS__ACTIVE", forge::SECRET)
            .set("ACCOUNTS_PASSWORD__QUEUE", "1000")
            // The limit that every other profile has.
            .set("ACCOUNTS_THROTTLE__REGISTER_PER_HOUR", "20")
            .set("ACCOUNTS_CSRF__TRUSTED_ORIGINS", TRUSTED);
        let is_throttled = matches!(setup, Setup::Throttled | Setup::BehindProxy);
        let place = place.set("ACCOUNTS_THROTTLE__ENABLED", &is_throttled.to_string());
        let place = match setup {
            Setup::Plain | Setup::Throttled => place,
            Setup::Https => place
                .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
                .set("ACCOUNTS_COOKIE__ALLOW_INSECURE", "false"),
            Setup::Domain => place
                .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
                .set("ACCOUNTS_COOKIE__DOMAIN", "app.example")
                .set("ACCOUNTS_COOKIE__ALLOW_INSECURE", "false"),
            Setup::NoGrace => place.set("ACCOUNTS_SESSION__REUSE_GRACE", "0s"),
            Setup::ShortGrace => place.set("ACCOUNTS_SESSION__REUSE_GRACE", "1s"),
            Setup::BehindProxy => place.set("ACCOUNTS_PROXY__TRUSTED", "127.0.0.1"),
            Setup::Talkative => place
                .set("ACCOUNTS_SESSION__REUSE_GRACE", "0s")
                .set("ACCOUNTS_LOG__FILTER", "trace")
                .set("ACCOUNTS_LOG__FORMAT", "json"),
        };
        let service = place.serve();
        Self {
            setup,
            backend,
            client: service.client(),
            place,
            service: Mutex::new(service),
        }
    }

    /// A cookie's whole name.
    pub(crate) fn cookie(&self, name: &str) -> String {
        let prefix = match (self.setup, name) {
            (Setup::Https, "refresh_token") | (Setup::Domain, _) => "__Secure-",
            (Setup::Https, _) => "__Host-",
            _ => "",
        };
        format!("{prefix}{name}")
    }

    pub(crate) fn log(&self) -> String {
        self.service.lock().unwrap().log().to_owned()
    }

    #[track_caller]
    pub(crate) fn expect_alive(&self) {
        let mut service = self.service.lock().unwrap();
        assert!(service.is_alive(), "it ended:\n{}", service.log());
        let panicked = service.log().contains("panicked");
        assert!(!panicked, "it panicked:\n{}", service.log());
    }
}

/// The services of one store, started when the first case needs them.
pub(crate) struct Grounds {
    backend: Backend,
    shared: [(Setup, OnceLock<Ground>); 5],
}

impl Grounds {
    pub(crate) fn new(backend: Backend) -> Self {
        let shared = [
            Setup::Plain,
            Setup::Https,
            Setup::Domain,
            Setup::NoGrace,
            Setup::ShortGrace,
        ];
        Self {
            backend,
            shared: shared.map(|setup| (setup, OnceLock::new())),
        }
    }

    pub(crate) fn with(&self, setup: Setup, act: impl FnOnce(&Ground)) {
        let mut shared = self.shared.iter();
        match shared.find(|(found, _)| *found == setup) {
            Some((_, ground)) => act(ground.get_or_init(|| Ground::new(self.backend, setup))),
            None => act(&Ground::new(self.backend, setup)),
        }
    }
}
