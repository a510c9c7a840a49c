//! Authentication: from the text of a token to a live session of an active user.

use crate::auth::{Accounts, Error};
use crate::crypto::token::{Claims, Kind, TokenError, exactly_one_valid, signed};
use crate::domain::session::Session;
use crate::domain::user::User;

/// A live session and its active user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// The user.
    pub user: User,
    /// The session.
    pub session: Session,
}

impl Accounts {
    /// Returns the claims of an access token, verified without the store: of the texts that came
    /// under the cookie's name exactly one must be valid.
    ///
    /// # Errors
    /// [`Error::NotAuthenticated`] without any text, [`Error::TokenExpired`],
    /// [`Error::TokenNotValid`].
    pub fn verify_access(&self, candidates: &[&str]) -> Result<Claims, Error> {
        if candidates.is_empty() {
            return Err(Error::NotAuthenticated);
        }
        self.verify_one(Kind::Access, candidates)
            .map_err(|rejection| match rejection {
                TokenError::Invalid => Error::TokenNotValid,
                TokenError::Expired(_) => Error::TokenExpired,
            })
    }

    pub(super) fn verify_one(&self, kind: Kind, candidates: &[&str]) -> Result<Claims, TokenError> {
        let now = self.now();
        exactly_one_valid(candidates, |text| self.0.tokens.verify(kind, text, now))
    }

    /// Returns the claims of the one token of this kind that we signed, expired or not: enough to
    /// end the session it names, or to take its place.
    pub(super) fn recognize(&self, kind: Kind, candidates: &[&str]) -> Option<Claims> {
        signed(&self.verify_one(kind, candidates)).cloned()
    }

    /// Returns the live session that the claims name, for a request that only reads: one that was
    /// live a moment ago ([`MAX_STALENESS`](crate::store::cache::MAX_STALENESS)) is accepted, which
    /// saves a query. Any other result is checked against the store.
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate).
    pub async fn authenticate_reader(&self, claims: &Claims) -> Result<Authenticated, Error> {
        if let Some((session, user)) = self.0.store.cached_session(claims.sid)
            && user.id == claims.sub
            && session.admit(&user, claims.generation, self.now()) == Ok(false)
        {
            return Ok(Authenticated { user, session });
        }
        self.authenticate(claims).await
    }

    /// Returns the live session that the claims name, as the store has it now.
    ///
    /// # Errors
    /// [`Error::SessionEnded`]; [`Error::Unavailable`] if the store does not answer.
    pub async fn authenticate(&self, claims: &Claims) -> Result<Authenticated, Error> {
        let now = self.now();
        let found = self.0.store.find_session_with_user(claims.sid).await?;
        let Some((session, user)) = found.filter(|(_, user)| user.id == claims.sub) else {
            return Err(Error::SessionEnded(crate::domain::session::Ended::Unknown));
        };
        let confirms = session.admit(&user, claims.generation, now);
        if confirms.map_err(Error::SessionEnded)? {
            self.confirm(&session, now).await;
        }
        Ok(Authenticated { user, session })
    }

    /// Notes that the newest generation arrived. If the store cannot write now, the next request
    /// tries again: until then a lost answer is assumed, which ends no session, so a read-only
    /// store locks no user out.
    async fn confirm(&self, session: &Session, now: chrono::DateTime<chrono::Utc>) {
        let confirmed = self.0.store.confirm(session.id, session.generation, now);
        if let Err(error) = confirmed.await {
            tracing::warn!(error = %error, "a session's newest generation could not be confirmed");
        }
    }
}
