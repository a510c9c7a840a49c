//! Ending the session that a browser holds.

use crate::auth::event::{EventKind, EventSubject};
use crate::auth::{Accounts, Error, PresentedTokens};
use crate::crypto::token::{Claims, Kind};
use crate::domain::session::RevocationReason;

impl Accounts {
    /// Returns the sessions that a browser may end, by tokens that may have expired: each is named
    /// by its access or refresh token, and `header` and cookie hold its CSRF token. Without any
    /// session only the cookies are removed.
    ///
    /// # Errors
    /// [`Error::CsrfFailed`] if a token of ours was presented whose session may not be ended: the
    /// session would live on without cookies.
    pub fn sessions_to_end(
        &self,
        tokens: &PresentedTokens<'_>,
        header: Option<&str>,
    ) -> Result<Vec<Claims>, Error> {
        let access = self.recognize(Kind::Access, &tokens.access);
        let refresh = self.recognize_bound_refresh(tokens);
        let mut named: Vec<_> = [access, refresh].into_iter().flatten().collect();
        named.dedup_by_key(|claims| claims.sid);
        let is_proved = |claims: &Claims| self.check_csrf(claims.sid, header, &tokens.csrf).is_ok();
        let (proved, refused): (Vec<_>, Vec<_>) = named.into_iter().partition(is_proved);
        if proved.is_empty() && (!refused.is_empty() || self.has_unbound_refresh(tokens)) {
            return Err(Error::CsrfFailed);
        }
        Ok(proved)
    }

    /// Returns the session of a program's access token, expired or not.
    #[must_use]
    pub fn session_of_bearer(&self, tokens: &[&str]) -> Option<Claims> {
        self.recognize(Kind::Access, tokens)
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
                let about = EventSubject {
                    session: Some(claims.sid),
                    ..EventSubject::user(claims.sub)
                };
                self.record(EventKind::LoggedOut, about);
            }
        }
        Ok(())
    }
}
