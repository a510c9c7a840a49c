//! Changing one's own password.

use super::{Accounts, Authenticated, Error, SignedIn};
use crate::crypto::random;
use crate::crypto::strength::NewPassword;
use crate::domain::credentials::Password;
use crate::domain::session::{Client, Ended, Session};
use crate::store::{PasswordChange, PasswordChanged, Successor};

impl Accounts {
    /// Sets a new password, ends all sessions, and goes on in a new one: whoever copied a token
    /// of the old session has nothing any more.
    ///
    /// The change applies to the credentials that were verified: if somebody else replaced them
    /// meanwhile, the current password that was typed is no longer the current one.
    ///
    /// # Errors
    /// [`Error::WrongPassword`]; [`Error::SessionEnded`] if the session was ended meanwhile (the
    /// password is then changed all the same).
    pub async fn change_password(
        &self,
        who: &Authenticated,
        current: &Password,
        new: &NewPassword,
        client: Client,
    ) -> Result<SignedIn, Error> {
        let account = self.prove(who.user.id, current).await?;
        let hash = self.0.passwords.hash(new.password()).await?;
        let now = self.now();
        let policy = &self.0.session_policy;
        let session = Session::open(random::session_id()?, &account.user, client, policy, now);
        let change = PasswordChange {
            user_id: account.user.id,
            expected: Some(account.user.credential_epoch),
            hash,
            successor: Some(Successor {
                session,
                replaces: who.session.id,
            }),
            now,
        };
        match self.0.store.change_password(change).await? {
            PasswordChanged::Stale => Err(Error::WrongPassword),
            PasswordChanged::Done { session: None } => Err(Error::SessionEnded(Ended::Unknown)),
            PasswordChanged::Done {
                session: Some(session),
            } => self.sign_in(account.user, session, now),
        }
    }
}
