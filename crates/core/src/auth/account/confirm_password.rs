//! Confirming the password within a session.

use crate::auth::event::{EventKind, EventSubject};
use crate::auth::{Accounts, Authenticated, Error};
use crate::crypto::password::Verdict;
use crate::crypto::throttle_key;
use crate::domain::credentials::Password;
use crate::domain::user::{Account, UserId};

impl Accounts {
    /// Returns the account, if `password` is the user's. Costs one hash, and has its own limits
    /// (ASVS 5.0 6.2.3): guesses at the login from outside do not block a confirmation.
    pub(super) async fn confirm_password(
        &self,
        id: UserId,
        password: &Password,
    ) -> Result<Account, Error> {
        let key = throttle_key::for_user(&self.0.tokens.ring(), id);
        let guess = self.0.throttle.proof(id, key, self.now()).await;
        let guess = self.audit_throttled(guess, EventSubject::user(id))?;
        self.watch_failures(&guess, EventSubject::user(id));
        let account = self.check_password(id, password).await?;
        guess.succeeded().await;
        Ok(account)
    }

    async fn check_password(&self, id: UserId, password: &Password) -> Result<Account, Error> {
        let account = self.0.store.find_account_by_id(id).await?;
        let hash = account
            .as_ref()
            .and_then(|account| account.password_hash.as_ref());
        let verdict = self.0.passwords.verify(password, hash).await?;
        match (account, verdict) {
            (Some(account), Verdict::Right { .. }) if account.user.is_active => Ok(account),
            _ => {
                self.record(EventKind::ProofFailed, EventSubject::user(id));
                Err(Error::WrongPassword)
            }
        }
    }

    /// Renews the time at which the session's user last confirmed the password (step-up).
    ///
    /// # Errors
    /// [`Error::WrongPassword`]; [`Error::TooManyAttempts`]; [`Error::SessionEnded`] if the
    /// session ended meanwhile.
    pub async fn reauthenticate(
        &self,
        who: &Authenticated,
        password: &Password,
    ) -> Result<(), Error> {
        self.confirm_password(who.user.id, password).await?;
        let renewed = self.0.store.reauthenticate(who.session.id, self.now());
        if renewed.await? {
            let about = EventSubject {
                session: Some(who.session.id),
                ..EventSubject::user(who.user.id)
            };
            self.record(EventKind::ProofSucceeded, about);
            Ok(())
        } else {
            Err(Error::SessionEnded(crate::domain::session::Ended::Unknown))
        }
    }
}
