//! Changing one's own names, and deleting one's own account.

use crate::auth::event::{EventKind, EventSubject};
use crate::auth::{Accounts, Authenticated, Error};
use crate::domain::credentials::{Password, PersonName};
use crate::domain::session::Ended;
use crate::domain::user::{User, UserId};

impl Accounts {
    /// Sets the names that are given.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] if the user is gone.
    pub async fn rename(
        &self,
        id: UserId,
        first_name: Option<&PersonName>,
        last_name: Option<&PersonName>,
    ) -> Result<User, Error> {
        let first_name = first_name.map(PersonName::as_str);
        let last_name = last_name.map(PersonName::as_str);
        let now = self.now();
        let renamed = self.0.store.update_names(id, first_name, last_name, now);
        renamed.await?.ok_or(Error::SessionEnded(Ended::Unknown))
    }

    /// Removes the user's own account with all sessions.
    ///
    /// # Errors
    /// [`Error::WrongPassword`].
    pub async fn delete_own_account(
        &self,
        who: &Authenticated,
        password: &Password,
    ) -> Result<(), Error> {
        self.confirm_password(who.user.id, password).await?;
        // A concurrent deletion has recorded it.
        if self.0.store.delete_account(who.user.id).await? {
            self.record(EventKind::AccountDeleted, EventSubject::user(who.user.id));
        }
        Ok(())
    }
}
