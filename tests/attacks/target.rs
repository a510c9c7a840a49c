//! The services under attack: one for each store and setup, shared by all its cases.

use std::sync::{Mutex, OnceLock};

use accounts_testkit::{Backend, Client, RunningService, TestService, test_service};

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

/// A service with the binary under attack: `ATTACKED_BINARY`, or the one of this build.
pub(crate) fn service_under_attack() -> TestService {
    match std::env::var_os("ATTACKED_BINARY") {
        Some(binary) => TestService::new(binary),
        None => test_service!(),
    }
}

/// One service.
pub(crate) struct Target {
    pub(crate) setup: Setup,
    pub(crate) backend: Backend,
    pub(crate) fixture: TestService,
    pub(crate) client: Client,
    pub(crate) service: Mutex<RunningService>,
}

impl Target {
    fn new(backend: Backend, setup: Setup) -> Self {
        let fixture = service_under_attack()
            .on(backend)
            .cheap_hashing()
            .set("ROCKET_WORKERS", "2")
            .set("ACCOUNTS_KEYS__ACTIVE", forge::SECRET)
            .set("ACCOUNTS_PASSWORD__QUEUE", "1000")
            // The limit that every other profile has.
            .set("ACCOUNTS_THROTTLE__REGISTER_PER_HOUR", "20")
            .set("ACCOUNTS_CSRF__TRUSTED_ORIGINS", TRUSTED);
        let is_throttled = matches!(setup, Setup::Throttled | Setup::BehindProxy);
        let fixture = fixture.set("ACCOUNTS_THROTTLE__ENABLED", &is_throttled.to_string());
        let fixture = match setup {
            Setup::Plain | Setup::Throttled => fixture,
            Setup::Https => fixture
                .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
                .set("ACCOUNTS_COOKIE__ALLOW_INSECURE", "false"),
            Setup::Domain => fixture
                .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
                .set("ACCOUNTS_COOKIE__DOMAIN", "app.example")
                .set("ACCOUNTS_COOKIE__ALLOW_INSECURE", "false"),
            Setup::NoGrace => fixture.set("ACCOUNTS_SESSION__REUSE_GRACE", "0s"),
            Setup::ShortGrace => fixture.set("ACCOUNTS_SESSION__REUSE_GRACE", "1s"),
            Setup::BehindProxy => fixture.set("ACCOUNTS_PROXY__TRUSTED", "127.0.0.1"),
            Setup::Talkative => fixture
                .set("ACCOUNTS_SESSION__REUSE_GRACE", "0s")
                .set("ACCOUNTS_LOG__FILTER", "trace")
                .set("ACCOUNTS_LOG__FORMAT", "json"),
        };
        let service = fixture.serve();
        Self {
            setup,
            backend,
            client: service.client(),
            fixture,
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
pub(crate) struct Targets {
    backend: Backend,
    shared: [(Setup, OnceLock<Target>); 5],
}

impl Targets {
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

    pub(crate) fn with(&self, setup: Setup, act: impl FnOnce(&Target)) {
        let mut shared = self.shared.iter();
        match shared.find(|(found, _)| *found == setup) {
            Some((_, target)) => act(target.get_or_init(|| Target::new(self.backend, setup))),
            None => act(&Target::new(self.backend, setup)),
        }
    }
}
