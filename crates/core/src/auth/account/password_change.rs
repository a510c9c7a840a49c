//! Changing one's own password.

use crate::auth::event::{EventKind, EventSubject};
use crate::auth::{Accounts, Authenticated, Error, SignedIn};
use crate::crypto::random;
use crate::crypto::strength::NewPassword;
use crate::domain::credentials::Password;
use crate::domain::session::{Client, Ended, Session};
use crate::domain::user::User;
use crate::store::{PasswordChange, PasswordChanged, Successor};

impl Accounts {
    /// Sets a new password, ends all sessions, and opens a new one: a copied token of the old
    /// session is worthless. The new session is remembered as the old one was.
    ///
    /// The change applies to the credentials that were verified: if they were replaced meanwhile,
    /// the typed password is no longer the current one.
    ///
    /// # Errors
    /// [`Error::WrongPassword`]; [`Error::Password`] if the new one may not be set;
    /// [`Error::SessionEnded`] if the session was ended meanwhile: a logout takes effect at once,
    /// so the password is then not changed. (Over two stores it may be, and the event is recorded.)
    pub async fn change_password(
        &self,
        who: &Authenticated,
        current: &Password,
        new: Password,
        client: Client,
    ) -> Result<SignedIn, Error> {
        let account = self.confirm_password(who.user.id, current).await?;
        let new = self.check(new, &account.user).await?;
        let hash = self.0.passwords.hash(new.password()).await?;
        let now = self.now();
        let policy = &self.0.session_policy;
        let (id, remembered) = (random::session_id()?, who.session.remembered);
        let session = Session::open(id, &account.user, client, remembered, policy, now);
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
            PasswordChanged::SessionOver => Err(Error::SessionEnded(Ended::Unknown)),
            PasswordChanged::Done { session: None } => {
                self.record(
                    EventKind::PasswordChanged,
                    EventSubject::user(account.user.id),
                );
                Err(Error::SessionEnded(Ended::CredentialsReplaced))
            }
            PasswordChanged::Done {
                session: Some(session),
            } => {
                let signed_in = self.sign_in(account.user, session, now)?;
                self.record(EventKind::PasswordChanged, EventSubject::of(&signed_in));
                Ok(signed_in)
            }
        }
    }

    /// Checks a new password of a user, where hashes are computed: it is CPU-bound too.
    async fn check(&self, new: Password, user: &User) -> Result<NewPassword, Error> {
        let (policy, user) = (self.0.password_policy.clone(), user.clone());
        let checked = self.0.passwords.run(move || {
            let about = [user.username.as_str(), &user.first_name, &user.last_name];
            policy.check(new.expose().into(), &about)
        });
        Ok(checked.await??)
    }
}
