//! The table of users.

use std::fmt;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DeriveValueType};

use super::micros;
use crate::error::CallError;
use rocket_accounts_core::domain::credentials::{PasswordHash, Username};
use rocket_accounts_core::domain::user::{Account, CredentialEpoch, User, UserId};
use rocket_accounts_core::store::Error;

/// A password hash in a column. A type of its own because SeaORM derives `Debug` on rows.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub(crate) struct HashText(String);

impl fmt::Debug for HashText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashText([redacted])")
    }
}

impl From<&PasswordHash> for HashText {
    fn from(hash: &PasswordHash) -> Self {
        Self(hash.expose().to_owned())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts_user")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) username: String,
    #[sea_orm(unique)]
    pub(crate) username_key: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) password_hash: Option<HashText>,
    pub(crate) is_active: bool,
    pub(crate) credential_epoch: i64,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Returns the row as an account.
    pub(crate) fn into_account(mut self) -> Result<Account, CallError> {
        let hash = self.password_hash.take();
        Ok(Account {
            password_hash: hash.map(|hash| PasswordHash::new(hash.0)),
            user: self.into_user()?,
        })
    }

    /// Returns the row as a user.
    pub(crate) fn into_user(self) -> Result<User, CallError> {
        let username = Username::parse(&self.username);
        Ok(User {
            id: UserId(self.id),
            username: username.map_err(|_| Error::Corrupt { what: "username" })?,
            first_name: self.first_name,
            last_name: self.last_name,
            is_active: self.is_active,
            credential_epoch: CredentialEpoch(self.credential_epoch),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

impl From<Account> for ActiveModel {
    fn from(account: Account) -> Self {
        let user = account.user;
        Self {
            id: Set(user.id.0),
            username_key: Set(user.username.key().as_str().to_owned()),
            username: Set(user.username.as_str().to_owned()),
            first_name: Set(user.first_name),
            last_name: Set(user.last_name),
            password_hash: Set(account.password_hash.as_ref().map(HashText::from)),
            is_active: Set(user.is_active),
            credential_epoch: Set(user.credential_epoch.0),
            created_at: Set(micros(user.created_at)),
            updated_at: Set(micros(user.updated_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_does_not_print_its_hash() {
        let hash = HashText::from(&PasswordHash::new("canary".into()));
        assert!(!format!("{hash:?}").contains("canary"));
    }
}
