use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::crypto::random;
use crate::domain::credentials::Username;
use crate::domain::session::{Client, Revocation, RevocationReason, SessionPolicy};
use crate::domain::user::CredentialEpoch;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn user() -> User {
    User {
        id: random::user_id(now()).unwrap(),
        username: Username::parse("ada").unwrap(),
        first_name: String::new(),
        last_name: String::new(),
        is_active: true,
        credential_epoch: CredentialEpoch::default(),
        created_at: now(),
        updated_at: now(),
    }
}

fn session(user: &User) -> Session {
    let policy = SessionPolicy {
        idle: TimeDelta::days(30),
        idle_unremembered: TimeDelta::hours(12),
        absolute: TimeDelta::days(90),
        reuse_grace: TimeDelta::seconds(10),
        cap: 20,
    };
    let id = random::session_id().unwrap();
    Session::open(id, user, Client::default(), true, &policy, now())
}

fn cache(most: usize) -> SessionCache {
    let cache = SessionCache::new(NonZeroUsize::new(most).unwrap());
    cache.trust_since(cache.clock());
    cache
}

fn kept(cache: &SessionCache, user: &User) -> SessionId {
    let session = session(user);
    cache.keep(cache.ticket(), &session, user);
    session.id
}

#[test]
fn what_is_kept_is_recalled_until_it_changes() {
    let cache = cache(100);
    let (ada, grace) = (user(), user());
    let [one, two] = [kept(&cache, &ada), kept(&cache, &ada)];
    let other = kept(&cache, &grace);
    assert_eq!(cache.cached_session(one).unwrap().1, ada);

    cache.forget(Changed::Session(one));
    assert!(cache.cached_session(one).is_none());
    assert!(cache.cached_session(two).is_some());
    cache.forget(Changed::User(ada.id));
    assert!(cache.cached_session(two).is_none());
    assert!(cache.cached_session(other).is_some());
    cache.forget(Changed::All);
    assert!(cache.cached_session(other).is_none());
}

#[test]
fn an_entry_is_read_anew_when_it_is_old() {
    let mut cache = cache(100);
    let user = user();
    let [old, other] = [kept(&cache, &user), kept(&cache, &user)];
    // Time passes, and nothing is heard but beats.
    cache.born = cache.born.checked_sub(AGE_MAX).unwrap();
    cache.trust_since(cache.clock());
    let ticket = cache.ticket();
    cache.born = cache.born.checked_sub(Duration::from_millis(1)).unwrap();
    assert!(cache.cached_session(old).is_none());
    assert!(cache.cached_session(other).is_none());
    // Its age counts from before the read.
    let again = session(&user);
    cache.keep(ticket, &again, &user);
    assert!(cache.cached_session(again.id).is_some());
    cache.born = cache.born.checked_sub(AGE_MAX).unwrap();
    cache.trust_since(cache.clock());
    assert!(cache.cached_session(again.id).is_none());
}

#[test]
fn nothing_is_used_without_trust() {
    let cache = SessionCache::new(NonZeroUsize::new(100).unwrap());
    let user = user();
    let id = kept(&cache, &user);
    assert!(cache.cached_session(id).is_none());
    cache.trust_since(cache.clock());
    assert!(
        cache.cached_session(id).is_none(),
        "it was not kept without trust"
    );
    let id = kept(&cache, &user);
    assert!(cache.cached_session(id).is_some());
    cache.distrust();
    assert!(cache.cached_session(id).is_none());
}

#[test]
fn trust_counts_from_what_was_heard_and_not_from_the_future() {
    let cache = cache(100);
    cache.distrust();
    cache.trust_since(u64::MAX);
    let most = cache.clock() + u64::try_from(MAX_STALENESS.as_millis()).unwrap();
    assert!(cache.trusted_until.load(Ordering::SeqCst) <= most);
}

#[test]
fn a_read_during_a_change_is_not_kept() {
    let cache = cache(100);
    let user = user();
    let session = session(&user);
    for changed in [
        Changed::Session(session.id),
        Changed::User(user.id),
        Changed::All,
    ] {
        let ticket = cache.ticket();
        cache.forget(changed);
        cache.keep(ticket, &session, &user);
        assert!(cache.cached_session(session.id).is_none(), "{changed:?}");
    }
}

#[test]
fn a_session_that_was_ended_is_not_kept() {
    let cache = cache(100);
    let user = user();
    let mut session = session(&user);
    session.revocation = Some(Revocation {
        at: now(),
        reason: RevocationReason::Logout,
    });
    cache.keep(cache.ticket(), &session, &user);
    assert!(cache.cached_session(session.id).is_none());
}

#[test]
fn memory_is_bounded() {
    let cache = cache(160);
    let user = user();
    for _ in 0..10_000 {
        kept(&cache, &user);
    }
    let count = |count: fn(&Shard) -> usize| -> usize {
        cache.shards.iter().map(|shard| count(&lock(shard))).sum()
    };
    assert_eq!(count(|shard| shard.entries.len()), 160);
    let listed = count(|shard| shard.of_user.values().map(Vec::len).sum());
    assert_eq!(listed, 160);
    cache.forget(Changed::User(user.id));
    assert_eq!(count(|shard| shard.entries.len()), 0);
    assert_eq!(count(|shard| shard.of_user.len()), 0);
}
