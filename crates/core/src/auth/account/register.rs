//! Creating one's own account.

use std::net::IpAddr;

use crate::auth::event::{EventKind, EventSubject};
use crate::auth::{Accounts, Arrival, Error, NewAccount, SignedIn};

impl Accounts {
    /// Counts an attempt to register from an address.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`].
    pub fn admit_registration(&self, address: Option<IpAddr>) -> Result<(), Error> {
        let admitted = self.0.throttle.register(address, self.now());
        self.audit_throttled(admitted, EventSubject::address(address))
    }

    /// Creates a user and logs in at once. Of any number of registrations of one name exactly one
    /// succeeds: the store's constraint decides, not an earlier look-up.
    ///
    /// Call [`admit_registration`](Self::admit_registration) before, and before the password is
    /// judged, which takes time.
    ///
    /// # Errors
    /// [`Error::UsernameTaken`].
    pub async fn register(&self, account: NewAccount, arrival: Arrival) -> Result<SignedIn, Error> {
        let new = self.new_user(account).await?;
        let opening = self.new_session(&new.user(), arrival)?;
        let (session, admission) = (&opening.session, opening.admission);
        // In one step, so that a failure leaves no user without a session behind.
        let store = &self.0.store;
        let inserted = store.insert_user_with_session(new, session, admission);
        let (user, displaced) = inserted.await?;
        let signed_in = self.opened(user, opening, &displaced)?;
        self.record(EventKind::Registered, EventSubject::of(&signed_in));
        Ok(signed_in)
    }
}
