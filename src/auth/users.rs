//! What an operator does with users.

use secrecy::SecretString;

use super::{Accounts, Error};
use crate::crypto::random;
use crate::domain::credentials::{NAME_MAX_CHARS, Password, Username};
use crate::domain::user::{User, UserId};
use crate::store::{NewUser, PasswordChange, PasswordChanged};

/// A user to be created.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// As typed.
    pub username: String,
    /// As typed.
    pub password: SecretString,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
}

impl Accounts {
    /// Creates an active user.
    ///
    /// # Errors
    /// [`Error::Username`], [`Error::Password`], [`Error::Name`], [`Error::UsernameTaken`].
    pub async fn create_user(&self, account: NewAccount) -> Result<User, Error> {
        let username = Username::parse(&account.username)?;
        let password = Password::parse_new(account.password, self.0.password_min_chars)?;
        let first_name = checked_name("first_name", account.first_name)?;
        let last_name = checked_name("last_name", account.last_name)?;
        let hash = self.0.passwords.hash(&password).await?;
        let now = self.now();
        let user = NewUser {
            id: random::user_id(now)?,
            username,
            first_name,
            last_name,
            password_hash: Some(hash),
            is_active: true,
            created_at: now,
        };
        Ok(self.0.store.insert_user(user).await?)
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

    /// Lets a user sign in again, or ends all sessions and keeps the user out.
    ///
    /// # Errors
    /// [`Error::UnknownUser`].
    pub async fn set_active(&self, id: UserId, is_active: bool) -> Result<User, Error> {
        let now = self.now();
        let user = if is_active {
            self.0.store.set_active(id, true, now).await?
        } else {
            self.0.store.disable_user(id, now).await?
        };
        user.ok_or(Error::UnknownUser)
    }

    /// Sets a user's password and ends all sessions.
    ///
    /// # Errors
    /// [`Error::Password`], [`Error::UnknownUser`].
    pub async fn set_password(&self, id: UserId, password: SecretString) -> Result<(), Error> {
        let password = Password::parse_new(password, self.0.password_min_chars)?;
        let change = PasswordChange {
            user_id: id,
            expected: None,
            hash: self.0.passwords.hash(&password).await?,
            successor: None,
            now: self.now(),
        };
        match self.0.store.change_password(change).await? {
            PasswordChanged::Done { .. } => Ok(()),
            PasswordChanged::Stale => Err(Error::UnknownUser),
        }
    }

    /// Removes a user with all sessions.
    ///
    /// # Errors
    /// [`Error::UnknownUser`].
    pub async fn delete_user(&self, id: UserId) -> Result<(), Error> {
        if self.0.store.delete_account(id).await? {
            Ok(())
        } else {
            Err(Error::UnknownUser)
        }
    }
}

fn checked_name(field: &'static str, name: String) -> Result<String, Error> {
    if name.chars().count() > NAME_MAX_CHARS || name.chars().any(char::is_control) {
        return Err(Error::Name { field });
    }
    Ok(name)
}
