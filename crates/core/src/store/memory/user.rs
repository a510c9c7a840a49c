//! Users in memory.

use std::ops::Bound;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::MemoryStore;
use crate::domain::credentials::{PasswordHash, UsernameKey};
use crate::domain::user::{Account, CredentialEpoch, User, UserId};
use crate::store::{Error, NewUser, Result, UserStore};

#[async_trait]
impl UserStore for MemoryStore {
    async fn insert_user(&self, user: NewUser) -> Result<User> {
        let mut state = self.write();
        let key = user.username.key();
        if state.keys.contains_key(&key) {
            return Err(Error::UsernameTaken);
        }
        if state.accounts.contains_key(&user.id) {
            return Err(Error::Duplicate);
        }
        let account = user.into_account();
        let user = account.user.clone();
        state.keys.insert(key, user.id);
        state.accounts.insert(user.id, account);
        Ok(user)
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        Ok(self.read().accounts.get(&id).map(|a| a.user.clone()))
    }

    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>> {
        let state = self.read();
        let id = state.keys.get(key);
        Ok(id.and_then(|id| state.accounts.get(id)).cloned())
    }

    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        Ok(self.read().accounts.get(&id).cloned())
    }

    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>> {
        let state = self.read();
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let ids = state
            .keys
            .range::<UsernameKey, _>((start, Bound::Unbounded));
        let users = ids.filter_map(|(_, id)| state.accounts.get(id));
        Ok(users.take(limit as usize).map(|a| a.user.clone()).collect())
    }

    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        let mut state = self.write();
        Ok(state.accounts.get_mut(&id).map(|account| {
            let user = &mut account.user;
            if let Some(name) = first_name {
                name.clone_into(&mut user.first_name);
            }
            if let Some(name) = last_name {
                name.clone_into(&mut user.last_name);
            }
            user.updated_at = now;
            user.clone()
        }))
    }

    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        let mut state = self.write();
        let account = state.accounts.get_mut(&id);
        let Some(account) = account.filter(|a| a.password_hash.as_ref() == Some(old)) else {
            return Ok(false);
        };
        account.password_hash = Some(new.clone());
        Ok(true)
    }

    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>> {
        Ok(self.write().set_password(id, expected, hash, now))
    }

    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        let mut state = self.write();
        Ok(state.accounts.get_mut(&id).map(|account| {
            let user = &mut account.user;
            if !is_active {
                user.credential_epoch = user.credential_epoch.next();
            }
            user.is_active = is_active;
            user.updated_at = now;
            user.clone()
        }))
    }

    async fn delete_user(&self, id: UserId) -> Result<bool> {
        let mut state = self.write();
        let Some(account) = state.accounts.remove(&id) else {
            return Ok(false);
        };
        state.keys.remove(&account.user.username.key());
        Ok(true)
    }
}
