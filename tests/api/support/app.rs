//! A Rocket with accounts, a clock to turn, and users.

use std::sync::Arc;

use chrono::TimeDelta;
use figment::Figment;
use figment::providers::{Format, Toml};
use rocket::local::asynchronous::Client;
use rocket::{Build, Rocket};
use rocket_accounts::auth::NewAccount;
use rocket_accounts::crypto::strength::NewPassword;
use rocket_accounts::domain::clock::ManualClock;
use rocket_accounts::domain::credentials::{PersonName, Username};
use rocket_accounts::domain::user::User;
use rocket_accounts::store::AccountStore;
use rocket_accounts::{Accounts, Builder};

use crate::support::Browser;

pub const PASSWORD: &str = "correct horse battery staple";

/// The settings of a deployment on https.
pub const STRICT: &str = "public_origin = \"https://app.example\"\n\
                          cookie = { allow_insecure = false }";

/// Everything a test needs; each test makes its own.
#[derive(Clone)]
pub struct TestApp {
    pub client: Arc<Client>,
    pub clock: Arc<ManualClock>,
}

/// A Rocket figment of the profile `test`, with `settings` in its section `accounts`.
pub fn figment(settings: &str) -> Figment {
    let toml = format!("[test.accounts]\n{settings}");
    Figment::from(rocket::Config::default())
        .merge(Toml::string("[default]\nlog_level = \"off\"").nested())
        .merge(Toml::string(&toml).nested())
        .select("test")
}

impl TestApp {
    pub async fn new() -> Self {
        Self::with("").await
    }

    /// An application with settings of its own, written as in the file.
    pub async fn with(settings: &str) -> Self {
        Self::host(settings, |rocket| rocket).await
    }

    /// As a deployment on https sees it.
    pub async fn strict() -> Self {
        Self::with(STRICT).await
    }

    /// The stage in a host application.
    pub async fn host(settings: &str, mount: impl FnOnce(Rocket<Build>) -> Rocket<Build>) -> Self {
        Self::built(settings, Accounts::builder(), mount).await
    }

    /// An application with stores, sinks and other parts of its own.
    pub async fn built(
        settings: &str,
        builder: Builder,
        mount: impl FnOnce(Rocket<Build>) -> Rocket<Build>,
    ) -> Self {
        let clock = Arc::new(ManualClock::default());
        let stage = builder.clock(clock.clone()).stage();
        let rocket = mount(rocket::custom(figment(settings)).attach(stage));
        Self {
            client: Arc::new(Client::untracked(rocket).await.unwrap()),
            clock,
        }
    }

    pub fn accounts(&self) -> &Accounts {
        self.client.rocket().state::<Accounts>().unwrap()
    }

    pub fn store(&self) -> &dyn AccountStore {
        self.accounts().store()
    }

    pub fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    pub async fn user(&self, name: &str) -> User {
        let account = NewAccount {
            username: Username::parse(name).unwrap(),
            password: self.new_password(PASSWORD),
            first_name: PersonName::parse("Ada".to_owned()).unwrap(),
            last_name: PersonName::parse("Lovelace".to_owned()).unwrap(),
        };
        self.accounts().create_user(account).await.unwrap()
    }

    pub fn new_password(&self, text: &str) -> NewPassword {
        self.accounts()
            .password_policy()
            .check(text.into(), &[])
            .unwrap()
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.clone())
    }

    /// A new user, signed in.
    pub async fn signed_in(&self, name: &str) -> Browser {
        self.user(name).await;
        let browser = self.browser();
        browser.log_in(name).await.expect_ok();
        browser
    }
}
