//! A store whose calls share the time budget of a request.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{change, optional, read};
use crate::domain::credentials::{PasswordHash, UsernameKey};
use crate::domain::session::{
    Generation, RevocationReason, Rotation, Session, SessionId, SessionPolicy,
};
use crate::domain::user::{Account, CredentialEpoch, User, UserId};
use crate::store::{
    AccountStore, Admission, Displaced, NewUser, PasswordChange, PasswordChanged, Presented,
    Refreshed, Result, SessionStore, UserStore,
};

/// Bounds every call by the [time budget](super).
#[derive(Debug, Clone)]
pub struct BudgetedStore(Arc<dyn AccountStore>);

impl BudgetedStore {
    /// Bounds the calls of `store`.
    #[must_use]
    pub fn new(store: Arc<dyn AccountStore>) -> Self {
        Self(store)
    }
}

#[async_trait]
impl AccountStore for BudgetedStore {
    async fn find_session_with_user(&self, id: SessionId) -> Result<Option<(Session, User)>> {
        read(self.0.find_session_with_user(id)).await
    }
    fn cached_session(&self, id: SessionId) -> Option<(Session, User)> {
        self.0.cached_session(id)
    }
    async fn insert_user_with_session(
        &self,
        user: NewUser,
        session: &Session,
        admission: Admission,
    ) -> Result<(User, Displaced)> {
        change(self.0.insert_user_with_session(user, session, admission)).await
    }
    async fn open_session(
        &self,
        session: &Session,
        admission: Admission,
    ) -> Result<Option<Displaced>> {
        change(self.0.open_session(session, admission)).await
    }
    async fn refresh(
        &self,
        presented: Presented,
        policy: &SessionPolicy,
        now: DateTime<Utc>,
    ) -> Result<Refreshed> {
        change(self.0.refresh(presented, policy, now)).await
    }
    async fn change_password(&self, new: PasswordChange) -> Result<PasswordChanged> {
        change(self.0.change_password(new)).await
    }
    async fn disable_user(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<User>> {
        change(self.0.disable_user(id, now)).await
    }
    async fn delete_account(&self, id: UserId) -> Result<bool> {
        change(self.0.delete_account(id)).await
    }
}

#[async_trait]
impl UserStore for BudgetedStore {
    async fn insert_user(&self, user: NewUser) -> Result<User> {
        change(self.0.insert_user(user)).await
    }
    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        read(self.0.find_user(id)).await
    }
    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>> {
        read(self.0.find_account(key)).await
    }
    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        read(self.0.find_account_by_id(id)).await
    }
    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>> {
        read(self.0.list_users(after, limit)).await
    }
    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        change(self.0.update_names(id, first_name, last_name, now)).await
    }
    /// Optional: the login continues without it.
    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        optional(self.0.upgrade_hash(id, old, new)).await
    }
    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>> {
        change(self.0.set_password(id, expected, hash, now)).await
    }
    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        change(self.0.set_active(id, is_active, now)).await
    }
    async fn delete_user(&self, id: UserId) -> Result<bool> {
        change(self.0.delete_user(id)).await
    }
}

#[async_trait]
impl SessionStore for BudgetedStore {
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<Displaced> {
        change(self.0.insert_session(session, admission)).await
    }
    async fn find_session(&self, id: SessionId) -> Result<Option<Session>> {
        read(self.0.find_session(id)).await
    }
    async fn list_sessions(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        read(self.0.list_sessions(user_id, now)).await
    }
    async fn list_kept_sessions(&self, user_id: UserId) -> Result<Vec<Session>> {
        read(self.0.list_kept_sessions(user_id)).await
    }
    async fn count_live(&self, now: DateTime<Utc>) -> Result<Option<u64>> {
        read(self.0.count_live(now)).await
    }
    async fn rotate(&self, rotation: &Rotation) -> Result<bool> {
        change(self.0.rotate(rotation)).await
    }
    /// Optional: the request continues without it.
    async fn confirm(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        optional(self.0.confirm(id, generation, now)).await
    }
    async fn hand_out_again(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        change(self.0.hand_out_again(id, generation, now)).await
    }
    async fn reauthenticate(&self, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
        change(self.0.reauthenticate(id, now)).await
    }
    async fn revoke(
        &self,
        id: SessionId,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        change(self.0.revoke(id, reason, now)).await
    }
    async fn revoke_for_user(
        &self,
        user_id: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        change(self.0.revoke_for_user(user_id, except, reason, now)).await
    }
    async fn purge(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        change(self.0.purge(before, limit)).await
    }
    async fn delete_for_user(&self, user_id: UserId) -> Result<u64> {
        change(self.0.delete_for_user(user_id)).await
    }
}
