//! The token half of CSRF protection.

use super::{Accounts, Error};
use crate::crypto::csrf;
use crate::crypto::token::Kind;
use crate::domain::session::SessionId;

impl Accounts {
    /// The CSRF token of a session.
    #[must_use]
    pub fn csrf_token(&self, session: SessionId) -> String {
        csrf::for_session(&self.0.tokens.ring(), session)
    }

    /// The CSRF token for whoever asks: that of the session which an access token names, expired
    /// or not; else the one that the browser has, if we made it; else a new one.
    ///
    /// # Errors
    /// [`Error::Internal`] without random bytes.
    pub fn csrf_token_for(&self, access: &[&str], held: &[&str]) -> Result<String, Error> {
        let ring = self.0.tokens.ring();
        if let Some(claims) = self.recognize(Kind::Access, access) {
            return Ok(csrf::for_session(&ring, claims.sid));
        }
        if let Some(token) = held.iter().find(|token| csrf::is_ours(&ring, token)) {
            return Ok((*token).to_owned());
        }
        Ok(csrf::for_nobody(&ring)?)
    }

    /// Checks a signed double submit: `header` must be the session's token and among the
    /// `cookies` of that name.
    ///
    /// # Errors
    /// [`Error::CsrfFailed`].
    pub fn check_csrf(
        &self,
        session: SessionId,
        header: Option<&str>,
        cookies: &[&str],
    ) -> Result<(), Error> {
        let submitted = header.filter(|header| cookies.contains(header));
        let good = submitted
            .is_some_and(|header| csrf::is_for_session(&self.0.tokens.ring(), header, session));
        if good { Ok(()) } else { Err(Error::CsrfFailed) }
    }
}
