//! The users of the intercepted store.

use super::{InterceptedStore, Step};

use chrono::{DateTime, Utc};
use rocket_accounts::domain::credentials::{PasswordHash, UsernameKey};
use rocket_accounts::domain::user::{Account, CredentialEpoch, User, UserId};
use rocket_accounts::store::{NewUser, Result, UserStore};

#[rocket::async_trait]
impl UserStore for InterceptedStore {
    async fn insert_user(&self, user: NewUser) -> Result<User> {
        self.delayed().await.insert_user(user).await
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        self.delayed().await.find_user(id).await
    }

    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>> {
        self.check()?;
        let found = self.delayed().await.find_account(key).await?;
        self.after_reading(found).await
    }

    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        let found = self.delayed().await.find_account_by_id(id).await?;
        self.after_reading(found).await
    }

    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>> {
        self.delayed().await.list_users(after, limit).await
    }

    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        let store = self.delayed().await;
        store.update_names(id, first_name, last_name, now).await
    }

    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        self.delayed().await.upgrade_hash(id, old, new).await
    }

    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>> {
        let store = self.delayed().await;
        let set = store.set_password(id, expected, hash, now).await?;
        self.concurrent_change(Step::Password, id).await?;
        Ok(set)
    }

    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        self.delayed().await.set_active(id, is_active, now).await
    }

    async fn delete_user(&self, id: UserId) -> Result<bool> {
        self.delayed().await.delete_user(id).await
    }
}
