//! Importing users from another program.

use chrono::{DateTime, Utc};

use crate::auth::{Accounts, Error};
use crate::crypto::random;
use crate::domain::credentials::{PasswordHash, PersonName, Username};
use crate::domain::user::UserId;
use crate::store::{self, NewUser};

/// A user as the other program had it.
#[derive(Debug, Clone)]
pub struct MovedAccount {
    /// Unique in any letter case.
    pub username: Username,
    /// Given name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: PersonName,
    /// As the other program stored it; replaced at the first login. `None`: cannot sign in with
    /// a password.
    pub password_hash: Option<PasswordHash>,
    /// Whether the user may sign in.
    pub is_active: bool,
    /// When the user joined the other program.
    pub created_at: DateTime<Utc>,
}

/// The result of importing a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// The user was created.
    Created(UserId),
    /// A user of this name exists already and is unchanged.
    Existed(UserId),
}

impl Accounts {
    /// Creates a user as another program had it, in one step. An existing name is left unchanged,
    /// so an interrupted import can be repeated.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; [`Error::UnknownUser`] if the user of this name was deleted at the same
    /// time.
    pub async fn import_user(&self, account: MovedAccount) -> Result<Imported, Error> {
        let user = NewUser {
            id: random::user_id(account.created_at)?,
            username: account.username,
            first_name: account.first_name.as_str().to_owned(),
            last_name: account.last_name.as_str().to_owned(),
            password_hash: account.password_hash,
            is_active: account.is_active,
            created_at: account.created_at,
        };
        let key = user.username.key();
        match self.0.store.insert_user(user).await {
            Ok(user) => Ok(Imported::Created(user.id)),
            Err(store::Error::UsernameTaken) => {
                let there = self.0.store.find_account(&key).await?;
                // Unless it was deleted this very moment.
                let there = there.ok_or(Error::UnknownUser)?;
                Ok(Imported::Existed(there.user.id))
            }
            Err(error) => Err(error.into()),
        }
    }
}
