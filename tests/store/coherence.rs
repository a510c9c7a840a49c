//! The cache against changes by others: two stores on one Postgres schema, as two replicas have.

use std::future::Future;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use accounts_testkit::Case;
use chrono::TimeDelta;
use rocket_accounts::domain::credentials::Username;
use rocket_accounts::domain::session::{Client, RevocationReason, Session, SessionPolicy};
use rocket_accounts::domain::user::{User, UserId};
use rocket_accounts::store::cache::{MAX_STALENESS, SessionCache};
use rocket_accounts::store::sea::SeaStore;
use rocket_accounts::store::{AccountStore, Admission, NewUser, SessionStore, UserStore};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::task::AbortHandle;

use super::backend::{Backend, Fresh};
use super::privacy::user;

pub(crate) fn cases() -> Vec<Case> {
    macro_rules! on_postgres {
        ($($test:ident),+ $(,)?) => {
            vec![$(super::case(
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

async fn two(fresh: &Fresh) -> (Replica, Replica) {
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
        here.store.reauthenticate(session.id, now + MAX_STALENESS),
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
    assert!(here.store.cached_session(first.id).is_none());

    let session = open(&here.store, &user).await;
    here.warm(&session).await;
    here.store.disable_user(user.id, now).await.unwrap();
    assert!(here.store.cached_session(session.id).is_none());
    here.store.set_active(user.id, true, now).await.unwrap();

    let user = here.store.find_user(user.id).await.unwrap().unwrap();
    let session = open(&here.store, &user).await;
    here.warm(&session).await;
    let other = open(&here.store, &user).await;
    assert!(
        here.store.cached_session(session.id).is_none(),
        "a login may evict"
    );
    here.warm(&session).await;
    let reason = RevocationReason::EndedByUser;
    let ended = here
        .store
        .revoke_for_user(user.id, Some(other.id), reason, now);
    assert_eq!(ended.await.unwrap(), 1);
    assert!(here.store.cached_session(session.id).is_none());
    here.warm(&other).await;
    here.store.delete_account(user.id).await.unwrap();
    assert!(here.store.cached_session(other.id).is_none());
}

/// By another version, or by hand: whatever ends a session, or could.
async fn changes_past_every_store_are_heard(fresh: Fresh) {
    const CHANGES: [&str; 12] = [
        "UPDATE accounts_user SET is_active = false",
        "UPDATE accounts_session SET revoked_at = now()",
        "UPDATE accounts_session SET absolute_expires_at = '1970-01-01Z'",
        "UPDATE accounts_session SET idle_expires_at = '1970-01-01Z'",
        "UPDATE accounts_session SET credential_epoch = credential_epoch + 1",
        "UPDATE accounts_session SET generation = 0",
        "UPDATE accounts_session SET user_id = '00000000-0000-0000-0000-000000000001'",
        "UPDATE accounts_session SET id = '00000000-0000-0000-0000-000000000001'",
        "TRUNCATE accounts_session",
        "TRUNCATE accounts_user",
        "SET session_replication_role = replica; DELETE FROM accounts_session",
        "SET session_replication_role = replica; DELETE FROM accounts_user",
    ];
    let (here, _there) = two(&fresh).await;
    for sql in CHANGES {
        let (user, session) = sign_in(&here.store).await;
        let raw = fresh.raw().await;
        let change = async { raw.execute_unprepared(sql).await.unwrap() };
        println!("{sql}");
        gone(&here, &session, change).await;
        let stored = here.store.find_session_with_user(session.id).await.unwrap();
        let now = user.created_at + TimeDelta::seconds(1);
        let is_live = |(session, user): (Session, User)| session.ended(&user, now).is_none();
        let is_generation = sql.contains("generation");
        assert_eq!(stored.is_some_and(is_live), is_generation, "{sql}");
        raw.execute_unprepared("DELETE FROM accounts_session; DELETE FROM accounts_user")
            .await
            .unwrap();
    }
}

/// It ends nothing, and is what happens most.
async fn a_rotation_is_not_told(fresh: Fresh) {
    let (here, there) = two(&fresh).await;
    let (user, session) = sign_in(&here.store).await;
    let grace = NewUser {
        id: UserId(uuid::Uuid::from_u128(2)),
        username: Username::parse("grace").unwrap(),
        ..super::privacy::user()
    };
    let grace = here.store.insert_user(grace).await.unwrap();
    let other = open(&here.store, &grace).await;
    there.warm(&session).await;
    let rotation = session.rotation(&POLICY, user.created_at + MAX_STALENESS);
    assert!(here.store.rotate(&rotation).await.unwrap());
    // What was committed later has been heard.
    let logout = RevocationReason::Logout;
    let later = here.store.revoke(other.id, logout, user.created_at);
    gone(&there, &other, later).await;
    assert!(there.store.cached_session(session.id).is_some());
}

/// A pile-up behind a lock is when the cache is needed most.
async fn what_is_cached_stays_trusted_while_the_pool_waits(fresh: Fresh) {
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

async fn a_store_that_nobody_keeps_coherent_caches_nothing(fresh: Fresh) {
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
