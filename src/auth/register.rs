//! Creating one's own account.

use super::{Accounts, Error, NewAccount, SignedIn};
use crate::domain::session::{Client, SessionId};

impl Accounts {
    /// Creates a user and logs in at once. Of any number of registrations of one name exactly
    /// one succeeds: the store's constraint decides, not a look before.
    ///
    /// # Errors
    /// [`Error::UsernameTaken`], [`Error::TooManyAttempts`].
    pub async fn register(
        &self,
        account: NewAccount,
        client: Client,
        replaces: Option<SessionId>,
    ) -> Result<SignedIn, Error> {
        self.0.throttle.register(client.address, self.now())?;
        let user = self.create_user(account).await?;
        self.open_session(&user, client, replaces).await
    }
}
