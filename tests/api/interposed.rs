//! The memory store with something in its way: what a test wants to happen between two steps, or to be
//! remembered.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rocket_accounts::domain::credentials::{PasswordHash, UsernameKey};
use rocket_accounts::domain::revocation::RevocationReason;
use rocket_accounts::domain::session::{Generation, Rotation, Session, SessionId};
use rocket_accounts::domain::user::{Account, CredentialEpoch, User, UserId};
use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts::store::{AccountStore, Admission, NewUser, Result, SessionStore, UserStore};

/// A store that keeps everything in memory, and does what its fields say.
#[derive(Debug, Clone, Default)]
pub struct Interposed {
    pub store: Arc<MemoryStore>,
    /// What it remembers of any session.
    pub remembered: Arc<Mutex<Option<(Session, User)>>>,
    /// How often it was asked for a session.
    pub asked: Arc<AtomicU32>,
    /// The hash that takes the place of an account's right after that has been read by its
    /// identifier, once.
    pub replacement: Arc<Mutex<Option<PasswordHash>>>,
    /// How many milliseconds each call takes.
    pub delay: Arc<AtomicU64>,
}

impl Interposed {
    pub async fn reached(&self) -> &MemoryStore {
        let delay = self.delay.load(Ordering::Relaxed);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        &self.store
    }
}

#[rocket::async_trait]
impl AccountStore for Interposed {
    async fn find_session_with_user(&self, id: SessionId) -> Result<Option<(Session, User)>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.reached().await.find_session_with_user(id).await
    }

    fn recall(&self, _: SessionId) -> Option<(Session, User)> {
        self.remembered.lock().unwrap().clone()
    }
}

#[rocket::async_trait]
impl UserStore for Interposed {
    async fn insert_user(&self, user: NewUser) -> Result<User> {
        self.reached().await.insert_user(user).await
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        self.reached().await.find_user(id).await
    }

    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>> {
        self.reached().await.find_account(key).await
    }

    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        let found = self.reached().await.find_account_by_id(id).await;
        let replacement = self.replacement.lock().unwrap().take();
        if let Some(hash) = replacement {
            let set = self.set_password(id, None, &hash, DateTime::UNIX_EPOCH);
            assert!(set.await?.is_some());
        }
        found
    }

    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>> {
        self.reached().await.list_users(after, limit).await
    }

    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        let store = self.reached().await;
        store.update_names(id, first_name, last_name, now).await
    }

    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        self.reached().await.upgrade_hash(id, old, new).await
    }

    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>> {
        self.reached()
            .await
            .set_password(id, expected, hash, now)
            .await
    }

    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        self.reached().await.set_active(id, is_active, now).await
    }

    async fn delete_user(&self, id: UserId) -> Result<bool> {
        self.reached().await.delete_user(id).await
    }
}

#[rocket::async_trait]
impl SessionStore for Interposed {
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<()> {
        self.reached()
            .await
            .insert_session(session, admission)
            .await
    }

    async fn find_session(&self, id: SessionId) -> Result<Option<Session>> {
        self.reached().await.find_session(id).await
    }

    async fn list_sessions(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        self.reached().await.list_sessions(user_id, now).await
    }

    async fn rotate(&self, rotation: &Rotation) -> Result<bool> {
        self.reached().await.rotate(rotation).await
    }

    async fn confirm(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.reached().await.confirm(id, generation, now).await
    }

    async fn hand_out_again(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.reached()
            .await
            .hand_out_again(id, generation, now)
            .await
    }

    async fn reauthenticate(&self, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
        self.reached().await.reauthenticate(id, now).await
    }

    async fn revoke(
        &self,
        id: SessionId,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.reached().await.revoke(id, reason, now).await
    }

    async fn revoke_for_user(
        &self,
        user_id: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        let store = self.reached().await;
        store.revoke_for_user(user_id, except, reason, now).await
    }

    async fn purge(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        self.reached().await.purge(before, limit).await
    }

    async fn delete_for_user(&self, user_id: UserId) -> Result<u64> {
        self.reached().await.delete_for_user(user_id).await
    }
}
