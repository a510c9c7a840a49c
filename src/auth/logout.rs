//! Ending the session that a browser holds.

use super::event::{About, EventKind};
use super::{Accounts, Error};
use crate::crypto::token::Kind;
use crate::domain::session::{RevocationReason, SessionId};

impl Accounts {
    /// The sessions that the tokens name, expired tokens included: none, one, or, if somebody
    /// mixed the cookies of two, both.
    #[must_use]
    pub fn named_sessions(&self, access: &[&str], refresh: &[&str]) -> Vec<SessionId> {
        let access = self.recognize(Kind::Access, access);
        let refresh = self.recognize(Kind::Refresh, refresh);
        let mut ids: Vec<_> = [access, refresh]
            .into_iter()
            .flatten()
            .map(|c| c.sid)
            .collect();
        ids.dedup();
        ids
    }

    /// Ends sessions; those that are over already stay as they are.
    ///
    /// # Errors
    /// [`Error::Unavailable`]: then they may still be live, and the browser must keep its
    /// cookies to try again.
    pub async fn logout(&self, sessions: &[SessionId]) -> Result<(), Error> {
        let now = self.now();
        for id in sessions {
            let reason = RevocationReason::Logout;
            if self.0.store.revoke(*id, reason, now).await? {
                let about = About {
                    session: Some(*id),
                    ..About::default()
                };
                self.record(EventKind::LoggedOut, about);
            }
        }
        Ok(())
    }
}
