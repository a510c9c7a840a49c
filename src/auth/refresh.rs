//! Exchanging a refresh token for a new pair.

use std::net::IpAddr;

use super::{Accounts, Error, SignedIn};
use crate::crypto::token::{Claims, Kind, Rejection};
use crate::domain::session::Ended;
use crate::domain::session::RevocationReason;
use crate::store::{Presented, Refreshed};

impl Accounts {
    /// Rotates the session's refresh token, or repeats the newest one: see
    /// [`decide`](crate::domain::session::decide).
    ///
    /// # Errors
    /// [`Error::RefreshTokenMissing`], [`Error::TokenNotValid`], [`Error::SessionEnded`] (also
    /// for an expired token, and for a spent one, which ends the session),
    /// [`Error::TooManyAttempts`], which changes nothing.
    pub async fn refresh(
        &self,
        candidates: &[&str],
        address: Option<IpAddr>,
    ) -> Result<SignedIn, Error> {
        if candidates.is_empty() {
            return Err(Error::RefreshTokenMissing);
        }
        let now = self.now();
        let verified = self.verify_one(Kind::Refresh, candidates);
        let session = verified.as_ref().ok().map(|claims| claims.sid);
        self.0.throttle.refresh(session, address, now)?;
        let claims = match verified {
            Ok(claims) => claims,
            Err(Rejection::Expired(_)) => return Err(Error::SessionEnded(Ended::Expired)),
            Err(Rejection::Invalid) => return Err(Error::TokenNotValid),
        };
        let presented = Presented {
            session_id: claims.sid,
            generation: claims.generation,
        };
        let store = &self.0.store;
        match store
            .refresh(presented, &self.0.session_policy, now)
            .await?
        {
            Refreshed::Rotated(session, user) | Refreshed::Repeated(session, user) => {
                self.sign_in(user, *session, now)
            }
            Refreshed::Reused { first, .. } => {
                if first {
                    report(&claims, "refresh_token_reuse");
                }
                Err(Error::SessionEnded(Ended::Revoked(RevocationReason::Reuse)))
            }
            Refreshed::Ahead { first, .. } => {
                if first {
                    report(&claims, "refresh_token_from_the_future");
                }
                Err(Error::SessionEnded(Ended::Ahead))
            }
            Refreshed::Ended(ended) => Err(Error::SessionEnded(ended)),
        }
    }
}

/// One line for each session that was ended because its tokens contradict each other.
fn report(claims: &Claims, event: &'static str) {
    tracing::warn!(
        event,
        user_id = %claims.sub,
        generation = claims.generation.0,
        "a session was ended: two parties held its tokens, or the store lost writes"
    );
}
