//! Ending the session that a browser holds.

use super::event::{About, EventKind};
use super::{Accounts, Error};
use crate::crypto::token::{Claims, Kind};
use crate::domain::session::RevocationReason;

impl Accounts {
    /// The sessions that the tokens name, expired tokens included: none, one, or, if somebody
    /// mixed the cookies of two, both.
    #[must_use]
    pub fn named_sessions(&self, access: &[&str], refresh: &[&str]) -> Vec<Claims> {
        let access = self.recognize(Kind::Access, access);
        let refresh = self.recognize(Kind::Refresh, refresh);
        let mut named: Vec<_> = [access, refresh].into_iter().flatten().collect();
        named.dedup_by_key(|claims| claims.sid);
        named
    }

    /// Ends sessions; those that are over already stay as they are.
    ///
    /// # Errors
    /// [`Error::Unavailable`]: then they may still be live, and the browser must keep its
    /// cookies to try again.
    pub async fn logout(&self, sessions: &[Claims]) -> Result<(), Error> {
        let now = self.now();
        for claims in sessions {
            let reason = RevocationReason::Logout;
            if self.0.store.revoke(claims.sid, reason, now).await? {
                let about = About {
                    session: Some(claims.sid),
                    ..About::user(claims.sub)
                };
                self.record(EventKind::LoggedOut, about);
            }
        }
        Ok(())
    }
}
