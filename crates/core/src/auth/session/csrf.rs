//! CSRF tokens: the second layer of CSRF protection.

use chrono::{DateTime, Utc};

use crate::auth::{Accounts, Error, PresentedTokens};
use crate::crypto::csrf;
use crate::crypto::token::Kind;
use crate::domain::session::SessionId;

/// A CSRF token, by its relation to the browser's cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CsrfToken {
    /// The browser's cookie holds it.
    InCookie(String),
    /// The session's, which the browser's cookie does not hold.
    ForSession {
        /// The token.
        token: String,
        /// When the session ends, for a cookie that outlives the browser; `None` for one that must
        /// not, or if there is no such session any more.
        remembered_until: Option<DateTime<Utc>>,
    },
    /// A token that authorises no request of a session. It must not become a cookie: the response
    /// may arrive after that of a login and overwrite the cookie that binds the new session.
    Anonymous(String),
}

impl CsrfToken {
    /// Returns the token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::InCookie(token) | Self::ForSession { token, .. } | Self::Anonymous(token) => {
                token
            }
        }
    }
}

impl Accounts {
    /// Returns the CSRF token of a session.
    #[must_use]
    pub fn csrf_token(&self, session: SessionId) -> String {
        csrf::for_session(&self.0.tokens.ring(), session)
    }

    /// Returns the CSRF token for a client: that of the session which an access token names,
    /// expired or not; else the one that the browser has, if we made it; else an anonymous one.
    ///
    /// # Errors
    /// [`Error::Internal`] without random bytes; [`Error::Unavailable`] if the cookie of a session
    /// is missing and the store, which is then needed, does not answer.
    pub async fn csrf_token_for(&self, tokens: &PresentedTokens<'_>) -> Result<CsrfToken, Error> {
        let ring = self.0.tokens.ring();
        let mut held = tokens.csrf.iter();
        let kept = |token: &&str| CsrfToken::InCookie((*token).to_owned());
        if let Some(claims) = self.recognize(Kind::Access, &tokens.access) {
            let own = held.find(|token| csrf::is_for_session(&ring, token, claims.sid));
            return match own {
                Some(token) => Ok(kept(token)),
                None => Ok(CsrfToken::ForSession {
                    token: csrf::for_session(&ring, claims.sid),
                    remembered_until: self.remembered_until(claims.sid).await?,
                }),
            };
        }
        match held.find(|token| csrf::is_ours(&ring, token)) {
            Some(token) => Ok(kept(token)),
            None => Ok(CsrfToken::Anonymous(csrf::for_anonymous(&ring)?)),
        }
    }

    async fn remembered_until(&self, id: SessionId) -> Result<Option<DateTime<Utc>>, Error> {
        let (session, now) = (self.0.store.find_session(id).await?, self.now());
        let remembered = session.filter(|session| session.remembered && !session.has_expired(now));
        Ok(remembered.map(|session| session.expires_at()))
    }

    /// Checks a signed double submit: `header` and one of the `cookies` must be tokens of the
    /// session. They are equal except after a change of keys, when a page may still hold the token
    /// of the previous key.
    ///
    /// # Errors
    /// [`Error::CsrfFailed`].
    pub fn check_csrf(
        &self,
        session: SessionId,
        header: Option<&str>,
        cookies: &[&str],
    ) -> Result<(), Error> {
        let header = header.is_some_and(|header| self.is_bound(&[header], session));
        if header && self.is_bound(cookies, session) {
            Ok(())
        } else {
            Err(Error::CsrfFailed)
        }
    }
}
