//! The host's own table of members, in which `rocket-accounts` keeps its users.
//!
//! Here it is a map behind one lock, so that each method is one step. In a database each is one
//! statement: the name is unique by a constraint, and a comparison is in the `WHERE` of the
//! `UPDATE`.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use rocket_accounts::domain::credentials::{PasswordHash, UsernameKey};
use rocket_accounts::domain::user::{Account, CredentialEpoch, User, UserId};
use rocket_accounts::store::{Error, NewUser, Result, UserStore};

/// One row: the columns of `rocket-accounts`, and the host's own.
#[derive(Debug)]
struct Member {
    account: Account,
    motto: String,
}

/// The table. A clone is another handle on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Members(Arc<Mutex<BTreeMap<UsernameKey, Member>>>);

impl Members {
    fn table(&self) -> MutexGuard<'_, BTreeMap<UsernameKey, Member>> {
        // No method can fail between two writes, so a panic leaves a consistent state.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies `step` to a member, under the lock; `None` if there is none. A database would have
    /// an index on the identifier.
    fn with<T>(&self, id: UserId, step: impl FnOnce(&mut Member) -> T) -> Option<T> {
        let mut table = self.table();
        let member = table.values_mut().find(|it| it.account.user.id == id);
        member.map(step)
    }

    /// Returns a member's motto, for the host's own routes.
    pub(crate) fn motto(&self, id: UserId) -> Option<String> {
        self.with(id, |member| member.motto.clone())
    }

    /// Sets a member's motto; `None` if the member is gone.
    pub(crate) fn set_motto(&self, id: UserId, motto: &str) -> Option<()> {
        self.with(id, |member| motto.clone_into(&mut member.motto))
    }
}

#[async_trait]
impl UserStore for Members {
    // Called by registration and `Accounts::create_user`: the host sets its own columns.
    async fn insert_user(&self, new: NewUser) -> Result<User> {
        let mut table = self.table();
        let key = new.username.key();
        if table.contains_key(&key) {
            return Err(Error::UsernameTaken);
        }
        if table.values().any(|it| it.account.user.id == new.id) {
            return Err(Error::Duplicate);
        }
        let account = new.into_account();
        let user = account.user.clone();
        let motto = "(none yet)".to_owned();
        table.insert(key, Member { account, motto });
        Ok(user)
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        Ok(self.with(id, |member| member.account.user.clone()))
    }

    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>> {
        Ok(self.table().get(key).map(|member| member.account.clone()))
    }

    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        Ok(self.with(id, |member| member.account.clone()))
    }

    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let table = self.table();
        let page = table
            .range::<UsernameKey, _>((start, Bound::Unbounded))
            .take(limit as usize);
        Ok(page.map(|(_, it)| it.account.user.clone()).collect())
    }

    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        Ok(self.with(id, |member| {
            let user = &mut member.account.user;
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

    // Compare-and-set. The password is the same, so the epoch and with it all sessions stay.
    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        let upgraded = self.with(id, |member| {
            let is_old = member.account.password_hash.as_ref() == Some(old);
            if is_old {
                member.account.password_hash = Some(new.clone());
            }
            is_old
        });
        Ok(upgraded.unwrap_or_default())
    }

    // Compare-and-set. The next epoch ends every session, in whichever store, so hash and epoch are
    // written in one step.
    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>> {
        let epoch = self.with(id, |member| {
            let Account {
                user,
                password_hash,
            } = &mut member.account;
            if expected.is_some_and(|epoch| epoch != user.credential_epoch) {
                return None;
            }
            *password_hash = Some(hash.clone());
            user.credential_epoch = user.credential_epoch.next();
            user.updated_at = now;
            Some(user.credential_epoch)
        });
        Ok(epoch.flatten())
    }

    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        Ok(self.with(id, |member| {
            let user = &mut member.account.user;
            if !is_active {
                user.credential_epoch = user.credential_epoch.next();
            }
            user.is_active = is_active;
            user.updated_at = now;
            user.clone()
        }))
    }

    // The motto is deleted with the row. A host that keeps its row removes only the account's
    // columns here.
    async fn delete_user(&self, id: UserId) -> Result<bool> {
        let mut table = self.table();
        let before = table.len();
        table.retain(|_, member| member.account.user.id != id);
        Ok(table.len() < before)
    }
}
