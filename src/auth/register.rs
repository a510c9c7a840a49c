//! Creating one's own account.

use std::net::IpAddr;

use super::event::{About, EventKind};
use super::{Accounts, Error, NewAccount, SignedIn};
use crate::domain::session::{Client, SessionId};

impl Accounts {
    /// Counts an attempt to register from an address.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`].
    pub fn admit_registration(&self, address: Option<IpAddr>) -> Result<(), Error> {
        let admitted = self.0.throttle.register(address, self.now());
        self.watched(admitted, About::address(address))
    }

    /// Creates a user and logs in at once. Of any number of registrations of one name exactly
    /// one succeeds: the store's constraint decides, not a look before.
    ///
    /// Call [`admit_registration`](Self::admit_registration) before, and before the password is
    /// judged, which takes time.
    ///
    /// # Errors
    /// [`Error::UsernameTaken`].
    pub async fn register(
        &self,
        account: NewAccount,
        client: Client,
        replaces: Option<SessionId>,
    ) -> Result<SignedIn, Error> {
        let new = self.new_user(account).await?;
        let (session, admission) = self.new_session(&new.user(), client, replaces)?;
        let now = session.created_at;
        // Together, so that no user is left behind whom nobody was told of.
        let inserted = self
            .0
            .store
            .insert_user_with_session(new, &session, admission);
        let signed_in = self.sign_in(inserted.await?, session, now)?;
        self.record(EventKind::Registered, About::of(&signed_in));
        Ok(signed_in)
    }
}
