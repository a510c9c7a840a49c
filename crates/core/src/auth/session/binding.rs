//! Which refresh token belongs to this browser's session.
//!
//! The refresh cookie has a name that any host below the same registrable domain can set, so a
//! refresh token alone does not identify the browser. The CSRF cookie does: in release it has the
//! prefix `__Host-`, which no other host can set, and it is made for one session. A refresh token
//! is accepted only beside the CSRF token of its own session, whatever else was presented (ADR 12).

use crate::auth::Accounts;
use crate::crypto::csrf;
use crate::crypto::token::{Claims, Kind, TokenError, claimed_session, distinct, signed};
use crate::domain::session::SessionId;

/// At most this many refresh tokens of a bound session are verified.
const CANDIDATES_MAX: usize = 8;
/// At most this many refresh tokens of other sessions are verified, at logout alone.
const STRANGERS_MAX: usize = 64;

/// The values presented under each name, valid or not.
#[derive(Debug, Clone, Default)]
pub struct PresentedTokens<'r> {
    /// Access tokens.
    pub access: Vec<&'r str>,
    /// Refresh tokens.
    pub refresh: Vec<&'r str>,
    /// CSRF tokens of the cookie, not of the header.
    pub csrf: Vec<&'r str>,
}

/// The presented refresh tokens, by whether they claim a session that a CSRF cookie was made for.
struct Sorted<'r> {
    bound: Vec<&'r str>,
    others: Vec<&'r str>,
}

impl Accounts {
    /// Returns whether one of the CSRF tokens was made for `session`.
    #[must_use]
    pub fn is_bound(&self, csrf: &[&str], session: SessionId) -> bool {
        let ring = self.0.tokens.ring();
        csrf.iter()
            .any(|token| csrf::is_for_session(&ring, token, session))
    }

    /// Returns whether an access token was presented that names another session than the CSRF
    /// token.
    #[must_use]
    pub fn has_foreign_access(&self, tokens: &PresentedTokens<'_>) -> bool {
        let access = self.recognize(Kind::Access, &tokens.access);
        access.is_some_and(|claims| !self.is_bound(&tokens.csrf, claims.sid))
    }

    /// Returns the claims of the refresh token that is bound; `None` if there is none.
    ///
    /// Of several of one session the newest counts: a change of `cookie.domain` leaves the older
    /// ones in the jar. Several of different sessions are ambiguous, which is no valid token.
    pub(super) fn verify_bound_refresh(
        &self,
        tokens: &PresentedTokens<'_>,
    ) -> Option<Result<Claims, TokenError>> {
        let Sorted { bound, .. } = self.sort_refresh(tokens);
        (!bound.is_empty()).then(|| self.newest_of_one_session(&bound))
    }

    /// Returns the same claims, expired or not.
    pub(super) fn recognize_bound_refresh(&self, tokens: &PresentedTokens<'_>) -> Option<Claims> {
        signed(&self.verify_bound_refresh(tokens)?).cloned()
    }

    /// Returns whether a refresh token of ours was presented that no CSRF token was made for.
    pub(super) fn has_unbound_refresh(&self, tokens: &PresentedTokens<'_>) -> bool {
        let Sorted { others, .. } = self.sort_refresh(tokens);
        let mut others = others.iter().take(STRANGERS_MAX);
        others.any(|text| self.recognize(Kind::Refresh, &[text]).is_some())
    }

    /// Sorts refresh tokens by the session that they claim, without verifying them. The limit of
    /// candidates applies only to tokens of bound sessions, so that planted cookies do not use it
    /// up.
    fn sort_refresh<'r>(&self, tokens: &PresentedTokens<'r>) -> Sorted<'r> {
        let ring = self.0.tokens.ring();
        let bindings = csrf::Bindings::new(&ring, &tokens.csrf);
        let is_bound =
            |text: &&str| claimed_session(text).is_some_and(|session| bindings.include(session));
        let (bound, others) = distinct(&tokens.refresh).into_iter().partition(is_bound);
        Sorted { bound, others }
    }

    fn newest_of_one_session(&self, candidates: &[&str]) -> Result<Claims, TokenError> {
        if candidates.len() > CANDIDATES_MAX {
            return Err(TokenError::Invalid);
        }
        let now = self.now();
        let (mut good, mut expired) = (Vec::new(), Vec::new());
        for text in candidates {
            match self.0.tokens.verify(Kind::Refresh, text, now) {
                Ok(claims) => good.push(claims),
                Err(TokenError::Expired(claims)) => expired.push(*claims),
                Err(TokenError::Invalid) => {}
            }
        }
        if good.is_empty() {
            let claims = newest(expired).ok_or(TokenError::Invalid)?;
            return Err(TokenError::Expired(Box::new(claims)));
        }
        newest(good).ok_or(TokenError::Invalid)
    }
}

/// Returns the claims with the highest generation, if all are of one session.
fn newest(claims: Vec<Claims>) -> Option<Claims> {
    let session = claims.first()?.sid;
    if claims.iter().any(|claims| claims.sid != session) {
        return None;
    }
    claims.into_iter().max_by_key(|claims| claims.generation)
}
