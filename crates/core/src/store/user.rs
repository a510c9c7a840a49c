//! The port for users.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::Result;
use crate::domain::credentials::{PasswordHash, Username, UsernameKey};
use crate::domain::user::{Account, CredentialEpoch, User, UserId};

/// A user about to be created.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Identifier, made by the caller.
    pub id: UserId,
    /// Unique by its [key](Username::key).
    pub username: Username,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
    /// `None`: cannot sign in with a password.
    pub password_hash: Option<PasswordHash>,
    /// Whether the user may sign in.
    pub is_active: bool,
    /// Creation time.
    pub created_at: DateTime<Utc>,
}

impl NewUser {
    /// Returns the user as it is after the insert.
    #[must_use]
    pub fn user(&self) -> User {
        User {
            id: self.id,
            username: self.username.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            is_active: self.is_active,
            credential_epoch: CredentialEpoch::default(),
            created_at: self.created_at,
            updated_at: self.created_at,
        }
    }

    /// Returns the account as it is after the insert.
    #[must_use]
    pub fn into_account(self) -> Account {
        Account {
            user: self.user(),
            password_hash: self.password_hash,
        }
    }
}

/// Keeps users. See the [module](super) for the rules that hold for every method.
#[async_trait]
pub trait UserStore: Debug + Send + Sync + 'static {
    /// Creates a user in credential epoch 0. Of any number of concurrent inserts with one
    /// username key exactly one succeeds.
    ///
    /// # Errors
    /// [`Error::UsernameTaken`](super::Error::UsernameTaken) if the key is in use,
    /// [`Error::Duplicate`](super::Error::Duplicate) if the identifier is.
    async fn insert_user(&self, user: NewUser) -> Result<User>;

    /// Returns the user with this identifier.
    async fn find_user(&self, id: UserId) -> Result<Option<User>>;

    /// Returns the account whose username has this key.
    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>>;

    /// Returns the account with this identifier.
    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>>;

    /// Returns at most `limit` users with a key after `after`, in the order of their keys.
    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>>;

    /// Sets the names that are given and leaves the others; `None` if there is no such user.
    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>>;

    /// Replaces the hash `old` by `new`, a better hash of the same password, by compare-and-set.
    /// Keeps the credential epoch. `false` if the stored hash is not `old` any more.
    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool>;

    /// Sets a new password and starts a new credential epoch, in one step, which is returned.
    /// If `expected` is given, compare-and-set: `None` unless the user is in that epoch. `None`
    /// if there is no such user.
    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>>;

    /// Enables or disables a user. Disabling starts a new credential epoch in the same step;
    /// `None` if there is no such user.
    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>>;

    /// Removes a user; `false` if there is no such user.
    async fn delete_user(&self, id: UserId) -> Result<bool>;
}
