//! Whether the store answers.

use uuid::Uuid;

use super::{Accounts, Error};
use crate::domain::session::SessionId;
use crate::domain::user::UserId;

impl Accounts {
    /// Reads a user and a session that cannot exist, which proves that both can be read, also where
    /// users and sessions are in different stores.
    ///
    /// # Errors
    /// The error that a request would fail with.
    pub async fn check_store(&self) -> Result<(), Error> {
        let store = &self.0.store;
        store.find_user(UserId(Uuid::nil())).await?;
        store.find_session(SessionId(Uuid::nil())).await?;
        Ok(())
    }
}
