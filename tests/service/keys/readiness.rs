//! What a readiness probe answers about the keys, on every store.

use std::sync::Arc;

use accounts_testkit::{Backend, Case, Schema, cases_on};
use figment::Figment;
use figment::providers::{Format, Toml};
use rocket_accounts::Accounts;
use rocket_accounts::auth::{Error, Events};
use rocket_accounts::config::{KeyError, Settings, layered};
use rocket_accounts::crypto::keyring::Secret;
use rocket_accounts::domain::clock::SystemClock;
use rocket_accounts::store::sea::{Database, DatabaseOptions, SeaStore};
use rocket_accounts::store::{MemoryRing, RingStore, Stores};
use secrecy::ExposeSecret;
use tempfile::TempDir;

pub(crate) fn cases(backend: Backend) -> Vec<Case> {
    cases_on![a_ring_that_verifies_what_others_sign_is_shared on [backend], a_reload_or_an_adoption_mends_a_difference on [backend], a_reload_makes_no_key on [backend]]
}

/// On a store that can be down.
pub(crate) fn outages(backend: Backend) -> Vec<Case> {
    cases_on![a_store_that_is_down_is_trouble_and_no_difference on [backend]]
}

/// Where the record is, for as long as the value lives.
struct Records {
    rings: Arc<dyn RingStore>,
    database: Option<Database>,
    folder: TempDir,
    _schema: Option<Schema>,
}

impl Records {
    async fn new(backend: Backend) -> Self {
        let folder = TempDir::new().unwrap();
        let schema = (backend == Backend::Postgres).then(create_schema);
        let url = match (&schema, backend) {
            (Some(schema), _) => schema.url(),
            (None, Backend::Sqlite) => format!("sqlite://{}/db", folder.path().display()),
            (None, _) => String::new(),
        };
        let mut new = Self {
            rings: Arc::new(MemoryRing::default()),
            database: None,
            folder,
            _schema: schema,
        };
        if backend != Backend::Memory {
            let database = Database::connect(&DatabaseOptions::new(url)).await.unwrap();
            database.migrate_up().await.unwrap();
            new.rings = Arc::new(SeaStore::new(database.clone()));
            new.database = Some(database);
        }
        new
    }

    /// A replica with these keys, the first of which signs.
    fn replica(&self, keys: &[&str]) -> Accounts {
        let settings = settings(keys);
        let stores = Stores {
            key_ring: Arc::clone(&self.rings),
            ..Stores::in_memory()
        };
        let (events, clock) = (Events::default(), Arc::new(SystemClock));
        Accounts::from_settings(&settings, stores, events, clock).unwrap()
    }

    async fn active(&self) -> String {
        let record = self.rings.find_ring().await.unwrap().unwrap();
        record.ring.active.to_string()
    }
}

/// A schema is made and dropped by a runtime of its own, which must not be inside another.
fn create_schema() -> Schema {
    std::thread::spawn(Schema::create).join().unwrap()
}

fn settings(keys: &[&str]) -> Settings {
    let (active, older) = keys.split_first().unwrap();
    written(&format!("active = {active:?}\nolder = {older:?}"))
}

/// The settings with this section `keys`.
fn written(keys: &str) -> Settings {
    let toml = format!("[test.accounts.keys]\n{keys}\n");
    let figment = Figment::from(Toml::string(&toml).nested()).select("test");
    Settings::load(&layered(&figment)).unwrap().0
}

fn secrets<const N: usize>() -> [String; N] {
    std::array::from_fn(|_| Secret::generate().unwrap().expose_secret().to_owned())
}

fn on(backend: Backend, test: impl AsyncFnOnce(&Records)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let records = runtime.block_on(Records::new(backend));
    runtime.block_on(test(&records));
}

fn a_ring_that_verifies_what_others_sign_is_shared(backend: Backend) {
    on(backend, async |records| {
        let [a, b] = secrets();
        let one = records.replica(&[&a]);
        // Also if no replica announced its keys: the probe does.
        assert!(one.keys_are_shared().await.unwrap());
        assert_eq!(records.active().await, one.key_ids().active.to_string());
        let staged = records.replica(&[&a, &b]);
        assert!(staged.announce_keys().await.unwrap());
        let promoted = records.replica(&[&b, &a]);
        assert!(promoted.announce_keys().await.unwrap());
        assert_eq!(
            records.active().await,
            promoted.key_ids().active.to_string()
        );
        for (replica, is_shared) in [(&one, false), (&staged, true), (&promoted, true)] {
            // Each time anew, and a look changes nothing.
            for _ in 0..2 {
                assert_eq!(replica.keys_are_shared().await.unwrap(), is_shared);
            }
        }
        assert_eq!(
            records.active().await,
            promoted.key_ids().active.to_string()
        );
    });
}

fn a_reload_or_an_adoption_mends_a_difference(backend: Backend) {
    on(backend, async |records| {
        let [a, b] = secrets();
        let one = records.replica(&[&a]);
        assert!(one.announce_keys().await.unwrap());
        let other = records.replica(&[&b]);
        assert!(!other.announce_keys().await.unwrap());
        assert!(!other.keys_are_shared().await.unwrap());
        assert_eq!(records.active().await, one.key_ids().active.to_string());

        let ids = other.reload_keys(&settings(&[&b, &a]).keys).await.unwrap();
        assert_eq!(ids, other.key_ids());
        assert!(other.keys_are_shared().await.unwrap());
        assert!(!one.keys_are_shared().await.unwrap());
        let adopted = one.adopt_keys().await.unwrap();
        assert_eq!(records.active().await, adopted.active.to_string());
        assert!(one.keys_are_shared().await.unwrap());
        assert!(other.keys_are_shared().await.unwrap());
        other.reload_keys(&settings(&[&b]).keys).await.unwrap();
        assert!(!other.keys_are_shared().await.unwrap());
    });
}

/// A file that is gone for a moment must not end all sessions.
fn a_reload_makes_no_key(backend: Backend) {
    on(backend, async |records| {
        let [a] = secrets();
        let one = records.replica(&[&a]);
        let before = one.key_ids();
        let nowhere = written("generate = true");
        let refused = one.reload_keys(&nowhere.keys).await;
        assert!(matches!(refused, Err(KeyError::Ephemeral)), "{refused:?}");
        let file = records.folder.path().join("gone");
        let gone = format!("generate = true\nfile = \"{}\"", file.display());
        let gone = written(&gone);
        let refused = one.reload_keys(&gone.keys).await;
        assert!(matches!(refused, Err(KeyError::File(_))), "{refused:?}");
        assert!(!file.exists());
        assert_eq!(one.key_ids(), before);
    });
}

fn a_store_that_is_down_is_trouble_and_no_difference(backend: Backend) {
    on(backend, async |records| {
        let [a, b] = secrets();
        let one = records.replica(&[&a]);
        records.database.as_ref().unwrap().close().await;
        for asked in [one.keys_are_shared().await, one.announce_keys().await] {
            assert!(matches!(asked, Err(Error::Unavailable(_))), "{asked:?}");
        }
        // New keys take effect all the same.
        let ids = one.reload_keys(&settings(&[&b, &a]).keys).await.unwrap();
        assert_eq!(ids.others.len(), 1);
        assert_eq!(one.key_ids(), ids);
    });
}
