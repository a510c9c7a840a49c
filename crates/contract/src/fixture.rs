//! Users, sessions and instants for the clauses.

use std::future::Future;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::Store;
use rocket_accounts_core::domain::credentials::{PasswordHash, Username, UsernameKey};
use rocket_accounts_core::domain::session::{
    Client, Generation, RevocationReason, Session, SessionId, SessionPolicy,
};
use rocket_accounts_core::domain::user::{User, UserId};
use rocket_accounts_core::store::{Admission, NewUser, Presented};

/// How many tasks race.
pub(crate) const RACERS: usize = 16;

/// Effectively no cap, and no session replaced.
pub(crate) const FREELY: Admission = Admission {
    cap: 1000,
    replaces: None,
};

/// Idle 30 days, absolute 90 days, grace 10 s, cap 20.
pub(crate) fn policy() -> SessionPolicy {
    SessionPolicy {
        idle: TimeDelta::days(30),
        idle_unremembered: TimeDelta::hours(12),
        absolute: TimeDelta::days(90),
        reuse_grace: TimeDelta::seconds(10),
        cap: 20,
    }
}

/// An instant, in seconds after a whole second in the year 2027.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    at_micros(seconds * 1_000_000)
}

/// The same, in microseconds.
pub(crate) fn at_micros(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_800_000_000_000_000 + micros).expect("an instant")
}

pub(crate) fn user_id(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

pub(crate) fn session_id(number: u128) -> SessionId {
    SessionId(Uuid::from_u128(number << 64 | number))
}

pub(crate) fn key(name: &str) -> UsernameKey {
    Username::parse(name).expect("a username").key()
}

pub(crate) fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(format!("$argon2id$v=19$m=19456,t=2,p=1${text}"))
}

/// An active user with the hash `hash("old")`, created at `at(0)`.
pub(crate) fn new_user(number: u128, name: &str) -> NewUser {
    NewUser {
        id: user_id(number),
        username: Username::parse(name).expect("a username"),
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        password_hash: Some(hash("old")),
        is_active: true,
        created_at: at(0),
    }
}

pub(crate) async fn add_user(store: &Store, number: u128, name: &str) -> User {
    let user = store.insert_user(new_user(number, name)).await;
    user.expect("a new user is inserted")
}

pub(crate) fn session(number: u128, user: &User, now: DateTime<Utc>) -> Session {
    let client = Client::new(Some("Mozilla/5.0"), Some([192, 0, 2, 1].into()));
    Session::open(session_id(number), user, client, true, &policy(), now)
}

/// Stores a session opened at `now`, without a cap.
pub(crate) async fn open(store: &Store, number: u128, user: &User, now: DateTime<Utc>) -> Session {
    let session = session(number, user, now);
    let inserted = store.insert_session(&session, FREELY).await;
    inserted.expect("a new session is inserted");
    session
}

/// The session as it is stored now.
pub(crate) async fn stored(store: &Store, id: SessionId) -> Session {
    let found = store.find_session(id).await.expect("a look-up works");
    found.unwrap_or_else(|| panic!("session {id} is gone"))
}

/// Why the session with this number was revoked, if it was.
pub(crate) async fn reason(store: &Store, number: u128) -> Option<RevocationReason> {
    let revocation = stored(store, session_id(number)).await.revocation;
    revocation.map(|revocation| revocation.reason)
}

/// The user as it is stored now.
pub(crate) async fn stored_user(store: &Store, id: UserId) -> User {
    let found = store.find_user(id).await.expect("a look-up works");
    found.unwrap_or_else(|| panic!("user {id} is gone"))
}

/// Returns whether a request with a token of this session would be admitted.
pub(crate) async fn is_live(store: &Store, id: SessionId, now: DateTime<Utc>) -> bool {
    let found = store.find_session_with_user(id).await;
    let found = found.expect("a look-up works");
    found.is_some_and(|(session, user)| session.ended(&user, now).is_none())
}

pub(crate) fn presented(session: &Session, generation: i64) -> Presented {
    Presented {
        session_id: session.id,
        generation: Generation(generation),
    }
}

/// Runs a step on one store in [`RACERS`] tasks at the same time; returns the result of each.
pub(crate) async fn race<S, T, F>(store: &Arc<S>, step: impl Fn(Arc<S>, usize) -> F) -> Vec<T>
where
    S: ?Sized,
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(RACERS));
    let mut racers = JoinSet::new();
    for racer in 0..RACERS {
        let (start, run) = (Arc::clone(&start), step(Arc::clone(store), racer));
        racers.spawn(async move {
            start.wait().await;
            run.await
        });
    }
    racers.join_all().await
}

pub(crate) fn count<T>(answers: &[T], wanted: impl Fn(&T) -> bool) -> usize {
    answers.iter().filter(|answer| wanted(answer)).count()
}
