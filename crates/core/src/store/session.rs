//! The port for sessions.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::Result;
use crate::domain::session::{Generation, RevocationReason, Rotation, Session, SessionId};
use crate::domain::user::UserId;

/// What must happen together with the opening of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// The user has at most this many live sessions afterwards, the new one included.
    pub cap: u32,
    /// The session of the same browser that the new one replaces.
    pub replaces: Option<SessionId>,
}

/// The live sessions that a new one ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Displaced {
    /// The session of the same browser, and whose it was: perhaps another user's.
    pub superseded: Option<(SessionId, UserId)>,
    /// The sessions of the same user beyond the cap, in no order.
    pub evicted: Vec<SessionId>,
}

/// Keeps sessions. See the [module](super) for the rules that hold for every method.
///
/// A session that was revoked is never changed again by any method except [`purge`](Self::purge).
#[async_trait]
pub trait SessionStore: Debug + Send + Sync + 'static {
    /// Stores a new session and revokes, in the same step, the session it replaces
    /// ([`RevocationReason::Superseded`]) and as many of the user's oldest-used live sessions
    /// as the cap asks for ([`RevocationReason::Evicted`]). "Live" is judged at the new
    /// session's `created_at`. Concurrent inserts for one user never leave more than `cap`.
    ///
    /// Returns the sessions that this call revoked, and no other.
    ///
    /// # Errors
    /// [`Error::Duplicate`](super::Error::Duplicate) if the identifier exists.
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<Displaced>;

    /// Returns the session with this identifier, revoked and expired ones too.
    async fn find_session(&self, id: SessionId) -> Result<Option<Session>>;

    /// Returns the user's sessions that are neither revoked nor expired at `now`, newest first.
    async fn list_sessions(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>>;

    /// Returns all sessions of the user that are kept, revoked and expired ones too, newest first:
    /// what an export of the person's data holds (GDPR article 15).
    async fn list_kept_sessions(&self, user_id: UserId) -> Result<Vec<Session>>;

    /// Returns how many sessions of all users are neither revoked nor expired at `now`, for a
    /// metric; `None` from a store that does not count them.
    async fn count_live(&self, _now: DateTime<Utc>) -> Result<Option<u64>> {
        Ok(None)
    }

    /// Applies `rotation` by compare-and-set, if the session is not revoked and still has the
    /// generation and the `rotated_at` that it starts from. Of any number of concurrent calls one
    /// succeeds.
    async fn rotate(&self, rotation: &Rotation) -> Result<bool>;

    /// Notes by compare-and-set that a token of `generation` was seen in use, if that is the newest
    /// generation of a session that is not revoked and not yet confirmed.
    async fn confirm(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool>;

    /// Notes by compare-and-set that the newest generation was handed out once more at `now`, if
    /// that is `generation`, of a session that is not revoked and not yet confirmed. It moves
    /// `rotated_at` and nothing else: no end of the session, and nothing that was seen.
    async fn hand_out_again(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool>;

    /// Notes by compare-and-set that the password was confirmed at `now` in a session that is not
    /// revoked.
    async fn reauthenticate(&self, id: SessionId, now: DateTime<Utc>) -> Result<bool>;

    /// Ends a session. `true` for exactly one of any number of callers; the first reason stays.
    async fn revoke(
        &self,
        id: SessionId,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<bool>;

    /// Ends all of a user's sessions that are not revoked yet, or all but `except`; returns how
    /// many.
    async fn revoke_for_user(
        &self,
        user_id: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<u64>;

    /// Removes at most `limit` sessions that ended (were revoked, or expired) before `before`;
    /// returns how many.
    async fn purge(&self, before: DateTime<Utc>, limit: u32) -> Result<u64>;

    /// Removes all sessions of a user; returns how many.
    async fn delete_for_user(&self, user_id: UserId) -> Result<u64>;
}
