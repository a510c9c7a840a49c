//! A folder with a SQLite file, the binary that works in it, and the library beside it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use accounts_testkit::{Backend, Outcome, TestService, test_service};
use figment::Figment;
use figment::providers::{Format, Toml};
use rocket_accounts::Accounts;
use rocket_accounts::auth::Events;
use rocket_accounts::auth::{Arrival, Error, LoginAttempt, SignedIn};
use rocket_accounts::config::{Settings, layered};
use rocket_accounts::domain::clock::ManualClock;
use rocket_accounts::domain::credentials::{Password, Username};
use rocket_accounts::domain::session::Client;
use rocket_accounts::domain::user::{Account, User};
use rocket_accounts::store::sea::{Database, DatabaseOptions, SeaStore};

/// The binary on SQLite, and the library on the same database with a clock of its own.
pub(crate) struct Fixture {
    pub(crate) service: TestService,
    pub(crate) clock: Arc<ManualClock>,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self {
            service: test_service!().on(Backend::Sqlite).cheap_hashing(),
            clock: Arc::default(),
        }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.service.command(arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.service.run(arguments)
    }

    /// Runs `user import` on a file of this text.
    pub(crate) fn import(&self, text: impl AsRef<[u8]>, more: &[&str]) -> Outcome {
        let file = self.file("import", text);
        let file = file.to_str().unwrap();
        let import = ["user", "import", "--from-django", file];
        self.run(&[import.as_slice(), more].concat())
    }

    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.service.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn url(&self) -> String {
        let file = self.service.path().join("accounts.sqlite3");
        format!("sqlite://{}", file.display())
    }

    /// The library on the same database, hashing as cheaply as the binary.
    pub(crate) async fn accounts(&self) -> Accounts {
        self.accounts_with("").await
    }

    /// The same with settings of its own, written as in the file.
    pub(crate) async fn accounts_with(&self, settings: &str) -> Accounts {
        // One address, many wrong passwords: not what is tested here.
        let toml = format!("[test.accounts]\nthrottle = {{ enabled = false }}\n{settings}");
        let figment = Figment::from(rocket::Config::default())
            .merge(Toml::string(&toml).nested())
            .select("test");
        let (settings, _) = Settings::load(&layered(&figment)).unwrap();
        let options = DatabaseOptions::new(self.url());
        let database = Database::connect(&options).await.unwrap();
        database.migrate_up().await.unwrap();
        let stores = SeaStore::new(database).into_stores();
        let (events, clock) = (Events::default(), self.clock.clone());
        Accounts::from_settings(&settings, stores, events, clock).unwrap()
    }
}

pub(crate) async fn log_in(
    accounts: &Accounts,
    name: &str,
    password: &str,
) -> Result<SignedIn, Error> {
    let address = Some([192, 0, 2, 7].into());
    let attempt = LoginAttempt {
        username: name.to_owned(),
        password: Password::parse(password.into()).unwrap(),
        arrival: Arrival {
            client: Client::new(Some("Firefox"), address),
            ..Arrival::default()
        },
    };
    accounts.login(attempt).await
}

pub(crate) async fn stored(accounts: &Accounts, name: &str) -> Account {
    let key = Username::parse(name).unwrap().key();
    let account = accounts.store().find_account(&key).await.unwrap();
    account.unwrap_or_else(|| panic!("no user {name}"))
}

pub(crate) async fn all_users(accounts: &Accounts) -> Vec<User> {
    accounts.store().list_users(None, 100_000).await.unwrap()
}
