//! The cache against changes by others: two stores on one Postgres schema, as two replicas have.

use std::future::Future;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use rocket_accounts::domain::session::{Client, RevocationReason, Session, SessionPolicy};
use rocket_accounts::domain::user::User;
use rocket_accounts::store::cache::{SessionCache, TRUST};
use rocket_accounts::store::sea::SeaStore;
use rocket_accounts::store::{AccountStore, Admission, SessionStore, UserStore};
use sea_orm::ConnectionTrait;
use tokio::task::AbortHandle;

use super::backend::{Backend, Fresh};
use super::privacy::user;

pub(crate) fn trials() -> Vec<Trial> {
    macro_rules! on_postgres {
        ($($test:ident),+ $(,)?) => {
            vec![$(super::trial(
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
        without_a_connection_to_listen_nothing_is_cached,
        a_store_that_nobody_keeps_coherent_caches_nothing,
    ]
}

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

async fn replica(fresh: &Fresh) -> Replica {
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
            assert!(start.elapsed() < Duration::from_secs(10), "not: {what}");
            tokio::task::yield_now().await;
        }
        start.elapsed()
    }

    /// Reads a session, so that it is cached.
    async fn warm(&self, session: &Session) {
        // A change that is being heard of voids a read.
        for _ in 0..1000 {
            let found = self.store.find_session_with_user(session.id).await;
            assert!(found.unwrap().is_some());
            if self.store.recall(session.id).is_some() {
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
    let policy = SessionPolicy {
        idle: chrono::TimeDelta::days(30),
        idle_unremembered: chrono::TimeDelta::hours(12),
        absolute: chrono::TimeDelta::days(90),
        reuse_grace: chrono::TimeDelta::seconds(10),
        cap: 20,
    };
    let id = rocket_accounts::crypto::random::session_id().unwrap();
    let session = Session::open(id, user, Client::default(), true, &policy, user.created_at);
    let admission = Admission {
        cap: 20,
        replaces: None,
    };
    store.insert_session(&session, admission).await.unwrap();
    session
}

async fn two(fresh: &Fresh) -> (Replica, Replica) {
    fresh.database().await.migrate_up().await.unwrap();
    (replica(fresh).await, replica(fresh).await)
}

/// What is cached there is gone when `change` is made here.
async fn gone(there: &Replica, session: &Session, change: impl Future) {
    there.warm(session).await;
    change.await;
    let known = |there: &Replica| there.store.recall(session.id).is_some();
    let waited = there.until("it is forgotten", |there| !known(there)).await;
    // What is not heard in time is not trusted any more.
    assert!(waited <= TRUST + Duration::from_millis(100), "{waited:?}");
}

async fn a_replica_forgets_what_another_one_ends(fresh: Fresh) {
    let (here, there) = two(&fresh).await;
    let (user, first) = sign_in(&here.store).await;
    let now = user.created_at;
    let logout = RevocationReason::Logout;

    gone(&there, &first, here.store.revoke(first.id, logout, now)).await;

    let session = open(&here.store, &user).await;
    gone(
        &there,
        &session,
        here.store.reauthenticate(session.id, now + TRUST),
    )
    .await;
    let names = here.store.update_names(user.id, Some("Grace"), None, now);
    gone(&there, &session, names).await;
    gone(&there, &session, here.store.disable_user(user.id, now)).await;
    let enabled = here
        .store
        .set_active(user.id, true, now)
        .await
        .unwrap()
        .unwrap();
    let session = open(&here.store, &enabled).await;
    gone(&there, &session, here.store.delete_account(user.id)).await;
    let found = there.store.find_session_with_user(session.id).await;
    assert!(found.unwrap().is_none());
}

async fn what_this_replica_changes_it_forgets_at_once(fresh: Fresh) {
    let (here, _there) = two(&fresh).await;
    let (user, first) = sign_in(&here.store).await;
    let now = user.created_at;
    // Before anything can have been heard: the next line after the call.
    here.warm(&first).await;
    let reason = RevocationReason::Logout;
    here.store.revoke(first.id, reason, now).await.unwrap();
    assert!(here.store.recall(first.id).is_none());

    let session = open(&here.store, &user).await;
    here.warm(&session).await;
    here.store.disable_user(user.id, now).await.unwrap();
    assert!(here.store.recall(session.id).is_none());
    here.store.set_active(user.id, true, now).await.unwrap();

    let user = here.store.find_user(user.id).await.unwrap().unwrap();
    let session = open(&here.store, &user).await;
    here.warm(&session).await;
    let other = open(&here.store, &user).await;
    assert!(here.store.recall(session.id).is_none(), "a login may evict");
    here.warm(&session).await;
    let reason = RevocationReason::EndedByUser;
    let ended = here
        .store
        .revoke_for_user(user.id, Some(other.id), reason, now);
    assert_eq!(ended.await.unwrap(), 1);
    assert!(here.store.recall(session.id).is_none());
    here.warm(&other).await;
    here.store.delete_account(user.id).await.unwrap();
    assert!(here.store.recall(other.id).is_none());
}

async fn changes_past_every_store_are_heard(fresh: Fresh) {
    let (here, _there) = two(&fresh).await;
    let (_, session) = sign_in(&here.store).await;
    here.warm(&session).await;
    let sql = "UPDATE accounts_user SET is_active = false";
    fresh.raw().await.execute_unprepared(sql).await.unwrap();
    here.until("it is forgotten", |here| {
        here.store.recall(session.id).is_none()
    })
    .await;
}

async fn without_a_connection_to_listen_nothing_is_cached(fresh: Fresh) {
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
    assert!(here.store.recall(session.id).is_none());
    // And again, without a restart.
    here.until("it is trusted", |here| here.cache.is_trusted())
        .await;
    assert!(
        here.store.recall(session.id).is_none(),
        "what was known is gone"
    );
    here.warm(&session).await;
}

async fn a_store_that_nobody_keeps_coherent_caches_nothing(fresh: Fresh) {
    let (here, _there) = two(&fresh).await;
    let (_, session) = sign_in(&here.store).await;
    here.warm(&session).await;
    here.listener.abort();
    let waited = here
        .until("it is not trusted", |here| !here.cache.is_trusted())
        .await;
    assert!(waited <= TRUST, "{waited:?}");
    assert!(here.store.recall(session.id).is_none());
}
