//! The memory store with something in its way: what a test wants to happen between two steps, or to be
//! remembered.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rocket_accounts::domain::credentials::{PasswordHash, UsernameKey};
use rocket_accounts::domain::revocation::RevocationReason;
use rocket_accounts::domain::session::{Generation, Rotation, Session, SessionId};
use rocket_accounts::domain::user::{Account, CredentialEpoch, User, UserId};
use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts::store::{
    AccountStore, Admission, Displaced, Error, NewUser, PasswordChange, PasswordChanged, Result,
    SessionStore, UserStore,
};

/// A store that keeps everything in memory, and does what its fields say.
#[derive(Debug, Clone, Default)]
pub struct Interposed {
    pub store: Arc<MemoryStore>,
    /// What it remembers of any session.
    pub remembered: Arc<Mutex<Option<(Session, User)>>>,
    /// How often it was asked for a session.
    pub asked: Arc<AtomicU32>,
    /// What somebody else does right after a step, once.
    pub meanwhile: Arc<Mutex<Option<(After, Meanwhile)>>>,
    /// How many milliseconds each call takes.
    pub delay: Arc<AtomicU64>,
    is_broken: Arc<AtomicBool>,
}

/// A step of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// The account was read.
    Account,
    /// The password was set.
    Password,
}

/// What somebody else does.
#[derive(Debug, Clone)]
pub enum Meanwhile {
    /// Sets the password.
    SetPassword(PasswordHash),
    /// Logs this session out.
    LogOut(SessionId),
    /// Deletes the account.
    Delete,
}

impl Interposed {
    pub async fn reached(&self) -> &MemoryStore {
        let delay = self.delay.load(Ordering::Relaxed);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        &self.store
    }

    /// From now on accounts and sessions cannot be looked up.
    pub fn break_down(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }

    fn check(&self) -> Result<()> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(Error::unavailable("out of order"));
        }
        Ok(())
    }

    /// Lets somebody else do it right after the next step of that kind.
    pub fn let_happen(&self, after: After, what: Meanwhile) {
        *self.meanwhile.lock().unwrap() = Some((after, what));
    }

    /// Whether it has been done.
    pub fn has_happened(&self) -> bool {
        self.meanwhile.lock().unwrap().is_none()
    }

    async fn meanwhile(&self, step: After, id: UserId) -> Result<()> {
        let is_next = |(after, _): &mut (After, Meanwhile)| *after == step;
        let next = self.meanwhile.lock().unwrap().take_if(is_next);
        let now = DateTime::UNIX_EPOCH;
        let done = match next {
            None => true,
            Some((_, Meanwhile::SetPassword(hash))) => {
                let set = self.store.set_password(id, None, &hash, now);
                set.await?.is_some()
            }
            Some((_, Meanwhile::LogOut(session))) => {
                let revoke = self.store.revoke(session, RevocationReason::Logout, now);
                revoke.await?
            }
            Some((_, Meanwhile::Delete)) => self.store.delete_account(id).await?,
        };
        assert!(done, "nothing was to be done");
        Ok(())
    }

    async fn after_reading(&self, found: Option<Account>) -> Result<Option<Account>> {
        if let Some(account) = &found {
            self.meanwhile(After::Account, account.user.id).await?;
        }
        Ok(found)
    }
}

#[rocket::async_trait]
impl AccountStore for Interposed {
    async fn find_session_with_user(&self, id: SessionId) -> Result<Option<(Session, User)>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.check()?;
        self.reached().await.find_session_with_user(id).await
    }

    async fn open_session(
        &self,
        session: &Session,
        admission: Admission,
    ) -> Result<Option<Displaced>> {
        self.reached().await.open_session(session, admission).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<PasswordChanged> {
        self.reached().await.change_password(change).await
    }

    fn cached_session(&self, _: SessionId) -> Option<(Session, User)> {
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
        self.check()?;
        let found = self.reached().await.find_account(key).await?;
        self.after_reading(found).await
    }

    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        let found = self.reached().await.find_account_by_id(id).await?;
        self.after_reading(found).await
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
        let store = self.reached().await;
        let set = store.set_password(id, expected, hash, now).await?;
        self.meanwhile(After::Password, id).await?;
        Ok(set)
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
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<Displaced> {
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

    async fn list_kept_sessions(&self, user_id: UserId) -> Result<Vec<Session>> {
        self.reached().await.list_kept_sessions(user_id).await
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
