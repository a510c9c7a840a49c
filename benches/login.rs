//! The cost of a login besides its password hash, at the default hashing cost, on each store:
//! `cargo bench --bench login`. Uses Postgres if `TEST_POSTGRES_URL` is set.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use std::hint::black_box;
use std::sync::Arc;

use accounts_testkit::{PASSWORD, Schema};
use criterion::{Criterion, criterion_group, criterion_main};
use figment::Figment;
use figment::providers::{Format, Toml};
use rocket_accounts::Accounts;
use rocket_accounts::auth::{Arrival, Events, LoginAttempt, NewAccount};
use rocket_accounts::config::{Settings, layered};
use rocket_accounts::crypto::password::{HashingOptions, Passwords};
use rocket_accounts::domain::clock::SystemClock;
use rocket_accounts::domain::credentials::{Password, PersonName, Username};
use rocket_accounts::store::Stores;
use rocket_accounts::store::sea::{Database, DatabaseOptions, SeaStore};
use tokio::runtime::Runtime;

fn password() -> Password {
    Password::parse(PASSWORD.into()).unwrap()
}

/// Returns settings with the default cost, and without limits on attempts.
fn settings() -> Settings {
    let toml = "[test.accounts]\nthrottle = { enabled = false }\n\
                password = { memory_kib = 19456, iterations = 2 }";
    let figment = Figment::from(Toml::string(toml).nested()).select("test");
    Settings::load(&layered(&figment)).unwrap().0
}

fn accounts(stores: Stores) -> Accounts {
    let (events, clock) = (Events::default(), Arc::new(SystemClock));
    Accounts::from_settings(&settings(), stores, events, clock).unwrap()
}

async fn on_database(url: String) -> Accounts {
    let database = Database::connect(&DatabaseOptions::new(url)).await.unwrap();
    database.migrate_up().await.unwrap();
    accounts(SeaStore::new(database).into_stores())
}

fn bench(criterion: &mut Criterion, runtime: &Runtime, store: &str, accounts: &Accounts) {
    let account = NewAccount {
        username: Username::parse("ada").unwrap(),
        password: accounts
            .password_policy()
            .check(PASSWORD.into(), &[])
            .unwrap(),
        first_name: PersonName::parse(String::new()).unwrap(),
        last_name: PersonName::parse(String::new()).unwrap(),
    };
    runtime.block_on(accounts.create_user(account)).unwrap();
    let attempt = || LoginAttempt {
        username: "ada".to_owned(),
        password: password(),
        arrival: Arrival::default(),
    };
    criterion.bench_function(&format!("login/{store}"), |bench| {
        bench.to_async(runtime).iter(|| async {
            accounts.login(attempt()).await.unwrap();
        });
    });
}

fn logins(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let passwords = Passwords::new(HashingOptions::default()).unwrap();
    let hash = runtime.block_on(passwords.hash(&password())).unwrap();
    criterion.bench_function("login/hash alone", |bench| {
        bench.to_async(&runtime).iter(|| async {
            let verdict = passwords.verify(&password(), Some(black_box(&hash))).await;
            verdict.unwrap();
        });
    });

    let memory = accounts(Stores::in_memory());
    bench(criterion, &runtime, "memory", &memory);
    let folder = tempfile::TempDir::new().unwrap();
    let url = format!("sqlite://{}/bench.sqlite3", folder.path().display());
    let sqlite = runtime.block_on(on_database(url));
    bench(criterion, &runtime, "sqlite", &sqlite);
    if accounts_testkit::Backend::Postgres.is_available() {
        let schema = Schema::create();
        let postgres = runtime.block_on(on_database(schema.url()));
        bench(criterion, &runtime, "postgres", &postgres);
    }
}

criterion_group!(benches, logins);
criterion_main!(benches);
