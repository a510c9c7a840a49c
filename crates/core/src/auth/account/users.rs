//! Managing users, as an operator does.

use crate::auth::event::{EventKind, EventSubject};
use crate::auth::{Accounts, Error};
use crate::crypto::random;
use crate::crypto::strength::{NewPassword, PasswordPolicy};
use crate::domain::credentials::{PersonName, Username};
use crate::domain::user::{User, UserId};
use crate::store::{NewUser, PasswordChange, PasswordChanged};

/// A user to be created.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Unique in any letter case.
    pub username: Username,
    /// Checked against the policy.
    pub password: NewPassword,
    /// Given name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: PersonName,
}

impl Accounts {
    /// Returns the rules for new passwords.
    #[must_use]
    pub fn password_policy(&self) -> &PasswordPolicy {
        &self.0.password_policy
    }

    /// Creates an active user.
    ///
    /// # Errors
    /// [`Error::UsernameTaken`].
    pub async fn create_user(&self, account: NewAccount) -> Result<User, Error> {
        let new = self.new_user(account).await?;
        let user = self.0.store.insert_user(new).await?;
        self.record(EventKind::UserCreated, EventSubject::user(user.id));
        Ok(user)
    }

    /// Returns the user that is to be inserted.
    pub(super) async fn new_user(&self, account: NewAccount) -> Result<NewUser, Error> {
        let hash = self.0.passwords.hash(account.password.password()).await?;
        let now = self.now();
        Ok(NewUser {
            id: random::user_id(now)?,
            username: account.username,
            first_name: account.first_name.as_str().to_owned(),
            last_name: account.last_name.as_str().to_owned(),
            password_hash: Some(hash),
            is_active: true,
            created_at: now,
        })
    }

    /// Looks a user up by name, in any letter case.
    ///
    /// # Errors
    /// [`Error::UnknownUser`].
    pub async fn find_user(&self, username: &str) -> Result<User, Error> {
        let username = Username::parse(username).map_err(|_| Error::UnknownUser)?;
        let account = self.0.store.find_account(&username.key()).await?;
        account
            .map(|account| account.user)
            .ok_or(Error::UnknownUser)
    }

    /// Enables a user, or disables a user and ends all sessions.
    ///
    /// # Errors
    /// [`Error::UnknownUser`].
    pub async fn set_active(&self, id: UserId, is_active: bool) -> Result<User, Error> {
        let now = self.now();
        let (user, kind) = if is_active {
            let user = self.0.store.set_active(id, true, now).await?;
            (user, EventKind::UserEnabled)
        } else {
            let user = self.0.store.disable_user(id, now).await?;
            (user, EventKind::UserDisabled)
        };
        let user = user.ok_or(Error::UnknownUser)?;
        self.record(kind, EventSubject::user(id));
        Ok(user)
    }

    /// Sets a user's password and ends all sessions.
    ///
    /// # Errors
    /// [`Error::UnknownUser`].
    pub async fn set_password(&self, id: UserId, password: &NewPassword) -> Result<(), Error> {
        let change = PasswordChange {
            user_id: id,
            expected: None,
            hash: self.0.passwords.hash(password.password()).await?,
            successor: None,
            now: self.now(),
        };
        match self.0.store.change_password(change).await? {
            PasswordChanged::Done { .. } => {
                self.record(EventKind::PasswordSet, EventSubject::user(id));
                Ok(())
            }
            PasswordChanged::Stale | PasswordChanged::SessionOver => Err(Error::UnknownUser),
        }
    }

    /// Removes a user with all sessions.
    ///
    /// # Errors
    /// [`Error::UnknownUser`].
    pub async fn delete_user(&self, id: UserId) -> Result<(), Error> {
        if self.0.store.delete_account(id).await? {
            self.record(EventKind::UserDeleted, EventSubject::user(id));
            Ok(())
        } else {
            Err(Error::UnknownUser)
        }
    }
}
