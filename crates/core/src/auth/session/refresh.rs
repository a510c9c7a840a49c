//! Exchanging a refresh token for a new pair.

use std::net::IpAddr;

use crate::auth::event::{EventKind, EventSubject};
use crate::auth::throttle::Prefix;
use crate::auth::{Accounts, Error, PresentedTokens, RefreshOutcome as Outcome, SignedIn};
use crate::crypto::token::{TokenError, signed};
use crate::domain::session::Ended;
use crate::domain::session::RevocationReason;
use crate::store::{Presented, Refreshed};

impl Accounts {
    /// Rotates the session's refresh token, or hands out the newest one again: see
    /// [`decide`](crate::domain::session::decide). The bound token is that of the session which the
    /// CSRF cookie was made for.
    ///
    /// # Errors
    /// [`Error::RefreshTokenMissing`], [`Error::TokenNotValid`], [`Error::SessionEnded`] (also
    /// for an expired token, and for a spent one, which ends the session),
    /// [`Error::TooManyAttempts`], which changes nothing.
    pub async fn refresh(
        &self,
        tokens: &PresentedTokens<'_>,
        address: Option<IpAddr>,
    ) -> Result<SignedIn, Error> {
        let verified = self.verify_bound_refresh(tokens);
        let verified = verified.ok_or(Error::RefreshTokenMissing)?;
        let now = self.now();
        let signed = signed(&verified);
        let session = signed.map(|claims| claims.sid);
        let about = EventSubject {
            user: signed.map(|claims| claims.sub),
            session,
            address,
        };
        self.audit_throttled(self.0.throttle.refresh(session, address, now), about)?;
        let count = |outcome| self.0.refreshes.count(outcome);
        if verified.is_err() {
            count(Outcome::Rejected);
        }
        let claims = match verified {
            Ok(claims) => claims,
            Err(TokenError::Expired(_)) => return Err(Error::SessionEnded(Ended::Expired)),
            Err(TokenError::Invalid) => return Err(Error::TokenNotValid),
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
            Refreshed::Rotated(session, user) => {
                count(Outcome::Rotated);
                self.sign_in(user, *session, now)
            }
            Refreshed::Repeated(session, user) => {
                count(Outcome::Repeated);
                if is_elsewhere(session.client.address, address) {
                    let generation = claims.generation;
                    self.record(
                        EventKind::RefreshTokenRepeatedElsewhere { generation },
                        about,
                    );
                }
                self.sign_in(user, *session, now)
            }
            Refreshed::Kept(session, user) => {
                count(Outcome::Repeated);
                Ok(SignedIn {
                    holds_refresh: true,
                    ..self.sign_in(user, *session, now)?
                })
            }
            Refreshed::Reused { first, .. } => {
                count(Outcome::Reused);
                if first {
                    let generation = claims.generation;
                    self.record(EventKind::RefreshTokenReuse { generation }, about);
                }
                Err(Error::SessionEnded(Ended::Revoked(RevocationReason::Reuse)))
            }
            Refreshed::Ahead { first, .. } => {
                count(Outcome::Ahead);
                if first {
                    let generation = claims.generation;
                    self.record(EventKind::RefreshTokenFromTheFuture { generation }, about);
                }
                Err(Error::SessionEnded(Ended::Ahead))
            }
            Refreshed::Ended(ended) => {
                count(Outcome::Rejected);
                Err(Error::SessionEnded(ended))
            }
        }
    }
}

/// Returns whether both addresses are known and belong to two parties, as limits on attempts tell
/// them apart. The session's address is the login's: a row holds no other.
fn is_elsewhere(login: Option<IpAddr>, now: Option<IpAddr>) -> bool {
    let prefixes = login.map(Prefix::from).zip(now.map(Prefix::from));
    prefixes.is_some_and(|(login, now)| login != now)
}
