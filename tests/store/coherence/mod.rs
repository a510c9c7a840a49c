//! The cache against changes by others: two stores on one Postgres schema, as two replicas have.

mod changes;

use std::future::Future;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use accounts_testkit::Case;
use chrono::TimeDelta;
use rocket_accounts::domain::session::{Client, Session, SessionPolicy};
use rocket_accounts::domain::user::User;
use rocket_accounts::store::cache::{MAX_STALENESS, SessionCache};
use rocket_accounts::store::sea::SeaStore;
use rocket_accounts::store::{AccountStore, Admission, SessionStore, UserStore};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::task::AbortHandle;

use crate::backend::{Backend, FreshBackend};
use crate::privacy::user;
use changes::{
    a_replica_forgets_what_another_one_ends, a_rotation_is_not_told,
    changes_past_every_store_are_heard, what_this_replica_changes_it_forgets_at_once,
};

pub(crate) fn cases() -> Vec<Case> {
    macro_rules! on_postgres {
        ($($test:ident),+ $(,)?) => {
            vec![$(crate::case(
                Backend::Postgres,
                format!("postgres::{}", stringify!($test)),
                $test,
            )),+]
        };
    }
    on_postgres![
        a_replica_forgets_what_another_one_ends,
        what_this_replica_changes_it_forgets_at_once,
        changes_past_every_store_are_heard,
        a_rotation_is_not_told,
        what_is_cached_stays_trusted_while_the_pool_waits,
        without_a_connection_to_listen_nothing_is_cached,
        a_store_that_nobody_keeps_coherent_caches_nothing,
    ]
}

const POLICY: SessionPolicy = SessionPolicy {
    idle: TimeDelta::days(30),
    idle_unremembered: TimeDelta::hours(12),
    absolute: TimeDelta::days(90),
    reuse_grace: TimeDelta::seconds(10),
    cap: 20,
};

/// A store with a cache, and who keeps it coherent.
struct Replica {
    store: SeaStore,
    cache: Arc<SessionCache>,
    listener: AbortHandle,
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

async fn replica(fresh: &FreshBackend) -> Replica {
    let cache = Arc::new(SessionCache::new(NonZeroUsize::new(100).unwrap()));
    let store = SeaStore::new(fresh.database().await).with_cache(cache.clone());
    let coherent = store.clone();
    let listener = tokio::spawn(async move { coherent.stay_coherent().await });
    let replica = Replica {
        store,
        cache,
        listener: listener.abort_handle(),
    };
    replica
        .until("it is trusted", |replica| replica.cache.is_trusted())
        .await;
    replica
}

impl Replica {
    /// Waits until `is_so`, and says how long it took.
    async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) -> Duration {
        let start = Instant::now();
        while !is_so(self) {
            assert!(start.elapsed() < Duration::from_secs(30), "not: {what}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        start.elapsed()
    }

    /// Reads a session, so that it is cached.
    async fn warm(&self, session: &Session) {
        // A change that is being heard of voids a read.
        for _ in 0..1000 {
            let found = self.store.find_session_with_user(session.id).await;
            assert!(found.unwrap().is_some());
            if self.store.cached_session(session.id).is_some() {
                return;
            }
        }
        panic!("it is not cached");
    }
}

async fn sign_in(store: &SeaStore) -> (User, Session) {
    let user = store.insert_user(user()).await.unwrap();
    (user.clone(), open(store, &user).await)
}

async fn open(store: &SeaStore, user: &User) -> Session {
    let id = rocket_accounts::crypto::random::session_id().unwrap();
    let session = Session::open(id, user, Client::default(), true, &POLICY, user.created_at);
    let admission = Admission {
        cap: 20,
        replaces: None,
    };
    store.insert_session(&session, admission).await.unwrap();
    session
}

async fn two(fresh: &FreshBackend) -> (Replica, Replica) {
    fresh.database().await.migrate_up().await.unwrap();
    (replica(fresh).await, replica(fresh).await)
}

/// What is cached there is gone when `change` is made here.
async fn gone(there: &Replica, session: &Session, change: impl Future) {
    there.warm(session).await;
    change.await;
    let known = |there: &Replica| there.store.cached_session(session.id).is_some();
    let waited = there.until("it is forgotten", |there| !known(there)).await;
    // What is not heard in time is not trusted any more.
    assert!(
        waited <= MAX_STALENESS + Duration::from_millis(100),
        "{waited:?}"
    );
}

/// A pile-up behind a lock is when the cache is needed most.
async fn what_is_cached_stays_trusted_while_the_pool_waits(fresh: FreshBackend) {
    let (here, _there) = two(&fresh).await;
    let (user, _) = sign_in(&here.store).await;
    let raw = fresh.raw().await;
    let lock = "BEGIN; LOCK TABLE accounts_user";
    raw.execute_unprepared(lock).await.unwrap();
    let connections = fresh.options().max_connections;
    // More than there are connections, again and again.
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..3 * connections {
        let store = here.store.clone();
        waiting.spawn(async move {
            loop {
                assert!(store.find_user(user.id).await.is_err(), "there is a lock");
            }
        });
    }
    let count = "SELECT count(*) AS n FROM pg_locks \
                 WHERE relation = 'accounts_user'::regclass AND NOT granted";
    let count = Statement::from_string(DbBackend::Postgres, count);
    let mut trusted_since = loop {
        let row = raw.query_one_raw(count.clone()).await.unwrap().unwrap();
        if row.try_get::<i64>("", "n").unwrap() == i64::from(connections) {
            break Instant::now();
        }
    };
    let start = trusted_since;
    while trusted_since.elapsed() < 2 * MAX_STALENESS {
        if !here.cache.is_trusted() {
            trusted_since = Instant::now();
        }
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "it is not trusted"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn without_a_connection_to_listen_nothing_is_cached(fresh: FreshBackend) {
    let (here, _there) = two(&fresh).await;
    let (_, session) = sign_in(&here.store).await;
    here.warm(&session).await;
    // Only those who listen to this schema: the pools go on.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE pid <> pg_backend_pid()
               AND query LIKE 'LISTEN%' || accounts_changes_channel() || '%'";
    fresh.raw().await.execute_unprepared(cut).await.unwrap();
    here.until("it is not trusted", |here| !here.cache.is_trusted())
        .await;
    assert!(here.store.cached_session(session.id).is_none());
    // And again, without a restart.
    here.until("it is trusted", |here| here.cache.is_trusted())
        .await;
    assert!(
        here.store.cached_session(session.id).is_none(),
        "what was known is gone"
    );
    here.warm(&session).await;
}

async fn a_store_that_nobody_keeps_coherent_caches_nothing(fresh: FreshBackend) {
    let (here, _there) = two(&fresh).await;
    let (_, session) = sign_in(&here.store).await;
    here.warm(&session).await;
    here.listener.abort();
    let waited = here
        .until("it is not trusted", |here| !here.cache.is_trusted())
        .await;
    assert!(waited <= MAX_STALENESS, "{waited:?}");
    assert!(here.store.cached_session(session.id).is_none());
}
