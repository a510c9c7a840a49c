//! A user store of one kind with a session store of another.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{AccountStore, Admission, Displaced, NewUser, Result, SessionStore, UserStore};
use crate::domain::credentials::{PasswordHash, UsernameKey};
use crate::domain::session::{Generation, RevocationReason, Rotation, Session, SessionId};
use crate::domain::user::{Account, CredentialEpoch, User, UserId};

/// Two stores as one [`AccountStore`], for a host application that keeps its own users.
#[derive(Debug, Clone)]
pub struct SplitStore {
    users: Arc<dyn UserStore>,
    sessions: Arc<dyn SessionStore>,
}

impl SplitStore {
    /// Combines the two.
    pub fn new(users: Arc<dyn UserStore>, sessions: Arc<dyn SessionStore>) -> Self {
        Self { users, sessions }
    }
}

impl AccountStore for SplitStore {}

#[async_trait]
impl UserStore for SplitStore {
    async fn insert_user(&self, user: NewUser) -> Result<User> {
        self.users.insert_user(user).await
    }
    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        self.users.find_user(id).await
    }
    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>> {
        self.users.find_account(key).await
    }
    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        self.users.find_account_by_id(id).await
    }
    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>> {
        self.users.list_users(after, limit).await
    }
    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        self.users
            .update_names(id, first_name, last_name, now)
            .await
    }
    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        self.users.upgrade_hash(id, old, new).await
    }
    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>> {
        self.users.set_password(id, expected, hash, now).await
    }
    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        self.users.set_active(id, is_active, now).await
    }
    async fn delete_user(&self, id: UserId) -> Result<bool> {
        self.users.delete_user(id).await
    }
}

#[async_trait]
impl SessionStore for SplitStore {
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<Displaced> {
        self.sessions.insert_session(session, admission).await
    }
    async fn find_session(&self, id: SessionId) -> Result<Option<Session>> {
        self.sessions.find_session(id).await
    }
    async fn list_sessions(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        self.sessions.list_sessions(user_id, now).await
    }
    async fn list_kept_sessions(&self, user_id: UserId) -> Result<Vec<Session>> {
        self.sessions.list_kept_sessions(user_id).await
    }
    async fn count_live(&self, now: DateTime<Utc>) -> Result<Option<u64>> {
        self.sessions.count_live(now).await
    }
    async fn rotate(&self, rotation: &Rotation) -> Result<bool> {
        self.sessions.rotate(rotation).await
    }
    async fn confirm(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.sessions.confirm(id, generation, now).await
    }
    async fn hand_out_again(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.sessions.hand_out_again(id, generation, now).await
    }
    async fn reauthenticate(&self, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
        self.sessions.reauthenticate(id, now).await
    }
    async fn revoke(
        &self,
        id: SessionId,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.sessions.revoke(id, reason, now).await
    }
    async fn revoke_for_user(
        &self,
        user_id: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        self.sessions
            .revoke_for_user(user_id, except, reason, now)
            .await
    }
    async fn purge(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        self.sessions.purge(before, limit).await
    }
    async fn delete_for_user(&self, user_id: UserId) -> Result<u64> {
        self.sessions.delete_for_user(user_id).await
    }
}
