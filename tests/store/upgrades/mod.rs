//! Databases as earlier versions left them, opened by this one: live sessions and their tokens go
//! on, and what was over stays over.
//!
//! Each folder is named after the last migration of the version that wrote it, and holds a dump for
//! each kind of database with the cookies of browsers in every state. `record.py` makes them; who
//! adds a migration records the next one with the version that has it.

mod browser;
mod record;

use std::sync::Arc;

use accounts_testkit::{Backend, Case, DirectConnection, ORIGIN, Schema, cases};
use chrono::TimeDelta;
use figment::Figment;
use figment::providers::{Format, Toml};
use rocket::local::asynchronous::Client;
use rocket_accounts::Accounts;
use rocket_accounts::domain::clock::ManualClock;
use rocket_accounts::store::sea::{Database, DatabaseOptions};
use tempfile::TempDir;

use browser::Browser;
use record::{Cookies, Record};

/// One a migration, from the first version whose sessions must live on.
const VERSIONS: [&str; 3] = ["000005", "000006", "000007"];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = cases![each_migration_has_its_record];
    for version in VERSIONS {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let run = move || goes_on(version, backend);
            let case = Case::new(format!("{backend}::{version}::goes_on"), run);
            cases.push(case.needs_backend(backend));
        }
    }
    cases
}

fn each_migration_has_its_record() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}/accounts.sqlite3", folder.path().display());
    let names = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let database = Database::connect(&DatabaseOptions::new(url)).await.unwrap();
        database.migrate_up().await.unwrap()
    });
    let numbers = names.iter().map(|name| name.split('_').nth(1).unwrap());
    let recorded: Vec<_> = numbers.skip_while(|number| *number < VERSIONS[0]).collect();
    assert_eq!(recorded, VERSIONS);
}

/// A database with what a dump says.
enum Restored {
    File(TempDir),
    Schema(Schema),
}

impl Restored {
    fn new(backend: Backend, dump: &str) -> Self {
        if backend == Backend::Postgres {
            let schema = Schema::create();
            schema.execute(dump);
            return Self::Schema(schema);
        }
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("accounts.sqlite3");
        std::fs::write(&file, "").unwrap();
        let restored = Self::File(folder);
        DirectConnection::at(&restored.url()).execute(dump);
        restored
    }

    fn url(&self) -> String {
        match self {
            Self::File(folder) => {
                format!("sqlite://{}/accounts.sqlite3", folder.path().display())
            }
            Self::Schema(schema) => schema.url(),
        }
    }
}

fn settings(record: &Record, backend: Backend, url: &str) -> Figment {
    let toml = format!(
        "[default]\nlog_level = \"off\"\n\
         [test.accounts]\nstore = \"{backend}\"\npublic_origin = \"{ORIGIN}\"\n\
         database = {{ url = \"{url}\", auto_migrate = true }}\n\
         keys = {{ active = \"{}\" }}\ntoken = {{ algorithm = \"{}\" }}\n\
         session = {{ reuse_grace = \"1s\" }}\ncookie = {{ allow_insecure = true }}\n\
         password = {{ allow_insecure_cost = true, memory_kib = 64, iterations = 1 }}",
        record.key, record.algorithm
    );
    Figment::from(rocket::Config::default())
        .merge(Toml::string(&toml).nested())
        .select("test")
}

fn goes_on(version: &str, backend: Backend) {
    let record = Record::read(version, backend);
    let restored = Restored::new(backend, &record.dump);
    let figment = settings(&record, backend, &restored.url());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        // A minute after the record, whatever the year.
        let clock = Arc::new(ManualClock::new(record.at + TimeDelta::minutes(1)));
        let stage = Accounts::builder().clock(clock.clone()).stage();
        let rocket = rocket::custom(figment).attach(stage);
        let client = Client::untracked(rocket).await.unwrap();
        let no_cookies = Cookies::new();
        let browser = |cookies| Browser::new(&client, cookies);
        browser(&no_cookies)
            .get("health/ready/")
            .await
            .expect("ready", 200);

        for (name, cookies) in &record.over {
            let refreshed = browser(cookies).refresh().await;
            refreshed.expect(name, 401).is("session_ended");
            let asked = browser(cookies).get("user/").await;
            asked.expect(name, 401).is("session_ended");
        }
        for (name, cookies) in &record.live {
            browser(cookies).get("user/").await.expect(name, 200);
        }
        let mut later = Vec::new();
        for (name, cookies) in &record.live {
            let mut live = browser(cookies);
            let refreshed = live.refresh().await.expect(name, 200);
            refreshed.is_remembered(name != "unremembered");
            live.get("user/").await.expect(name, 200);
            later.push((name, live));
        }
        clock.advance(TimeDelta::minutes(20));
        for (name, mut live) in later {
            live.get("user/")
                .await
                .expect(name, 401)
                .is("token_expired");
            live.refresh().await.expect(name, 200);
            live.get("sessions/").await.expect(name, 200);
            live.log_out().await.expect(name, 200);
            live.get("user/").await.expect(name, 401);
        }
        for (name, password, status) in [
            ("ada", record::PASSWORD, 200),
            ("alan", record::CHANGED, 200),
            ("alan", record::PASSWORD, 401),
            ("barbara", record::PASSWORD, 401),
            ("donald", record::PASSWORD, 200),
        ] {
            let answer = browser(&no_cookies).log_in(name, password).await;
            answer.expect(name, status);
        }
    });
}
