//! Reads by a session that the store remembers: when it is believed, and when it is asked for.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use rocket_accounts::Accounts;
use rocket_accounts::domain::credentials::{PasswordHash, UsernameKey};
use rocket_accounts::domain::revocation::{Revocation, RevocationReason};
use rocket_accounts::domain::session::{Generation, Rotation, Session, SessionId};
use rocket_accounts::domain::user::{Account, CredentialEpoch, User, UserId};
use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts::store::{AccountStore, Admission, NewUser, Result, SessionStore, UserStore};

use crate::actor::Browser;
use crate::world::World;

/// Remembers what a test wants it to, and counts how often it is asked.
#[derive(Debug, Clone, Default)]
struct Remembering {
    store: Arc<MemoryStore>,
    remembered: Arc<Mutex<Option<(Session, User)>>>,
    asked: Arc<AtomicU32>,
}

#[rocket::async_trait]
impl AccountStore for Remembering {
    async fn find_session_with_user(&self, id: SessionId) -> Result<Option<(Session, User)>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.store.find_session_with_user(id).await
    }

    fn recall(&self, _: SessionId) -> Option<(Session, User)> {
        self.remembered.lock().unwrap().clone()
    }
}

#[rocket::async_trait]
impl UserStore for Remembering {
    async fn insert_user(&self, user: NewUser) -> Result<User> {
        self.store.insert_user(user).await
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        self.store.find_user(id).await
    }

    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>> {
        self.store.find_account(key).await
    }

    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        self.store.find_account_by_id(id).await
    }

    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>> {
        self.store.list_users(after, limit).await
    }

    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        let store = &self.store;
        store.update_names(id, first_name, last_name, now).await
    }

    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        self.store.upgrade_hash(id, old, new).await
    }

    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>> {
        self.store.set_password(id, expected, hash, now).await
    }

    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        self.store.set_active(id, is_active, now).await
    }

    async fn delete_user(&self, id: UserId) -> Result<bool> {
        self.store.delete_user(id).await
    }
}

#[rocket::async_trait]
impl SessionStore for Remembering {
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<()> {
        self.store.insert_session(session, admission).await
    }

    async fn find_session(&self, id: SessionId) -> Result<Option<Session>> {
        self.store.find_session(id).await
    }

    async fn list_sessions(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        self.store.list_sessions(user_id, now).await
    }

    async fn rotate(&self, rotation: &Rotation) -> Result<bool> {
        self.store.rotate(rotation).await
    }

    async fn confirm(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.store.confirm(id, generation, now).await
    }

    async fn hand_out_again(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.store.hand_out_again(id, generation, now).await
    }

    async fn reauthenticate(&self, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
        self.store.reauthenticate(id, now).await
    }

    async fn revoke(
        &self,
        id: SessionId,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.store.revoke(id, reason, now).await
    }

    async fn revoke_for_user(
        &self,
        user_id: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        let store = &self.store;
        store.revoke_for_user(user_id, except, reason, now).await
    }

    async fn purge(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        self.store.purge(before, limit).await
    }

    async fn delete_for_user(&self, user_id: UserId) -> Result<u64> {
        self.store.delete_for_user(user_id).await
    }
}

/// Ada, signed in, and what the store has of her session.
async fn signed_in(store: &Remembering) -> (World, Browser, (Session, User)) {
    let builder = Accounts::builder().store(store.clone());
    let world = World::built("", builder, |rocket| rocket).await;
    let browser = world.signed_in("ada").await;
    // Confirms the session, so that nothing is left to note.
    let id = browser.session_id().await;
    let found = store.store.find_session_with_user(id).await.unwrap();
    (world, browser, found.unwrap())
}

/// Reads who is signed in while that is remembered; how often the store was asked.
async fn read(store: &Remembering, browser: &Browser, remembered: (Session, User)) -> u32 {
    *store.remembered.lock().unwrap() = Some(remembered);
    let before = store.asked.load(Ordering::Relaxed);
    let answer = browser.get("user/").await;
    assert_eq!(answer.expect_ok().body["username"], "ada");
    store.asked.load(Ordering::Relaxed) - before
}

#[rocket::async_test]
async fn a_session_that_is_remembered_as_live_is_not_asked_for() {
    let store = Remembering::default();
    let (_world, browser, remembered) = signed_in(&store).await;
    assert!(remembered.0.confirmed);
    assert_eq!(read(&store, &browser, remembered).await, 0);
}

#[rocket::async_test]
async fn a_session_that_is_remembered_otherwise_is_asked_for() {
    let store = Remembering::default();
    let (world, browser, (session, user)) = signed_in(&store).await;
    let mut ended = session.clone();
    ended.revocation = Some(Revocation {
        at: world.accounts().now(),
        reason: RevocationReason::Logout,
    });
    let mut unconfirmed = session.clone();
    unconfirmed.confirmed = false;
    for other in [ended, unconfirmed] {
        assert_eq!(read(&store, &browser, (other, user.clone())).await, 1);
    }
    let mut disabled = user;
    disabled.is_active = false;
    assert_eq!(read(&store, &browser, (session, disabled)).await, 1);
}

#[rocket::async_test]
async fn a_session_that_is_remembered_as_anothers_is_asked_for() {
    let store = Remembering::default();
    let (world, browser, (session, _)) = signed_in(&store).await;
    let grace = world.user("grace").await;
    let mut hers = session;
    hers.user_id = grace.id;
    assert_eq!(read(&store, &browser, (hers, grace)).await, 1);
}
