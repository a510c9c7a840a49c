//! Refresh token rotation with reuse detection, as one pure decision.
//!
//! A refresh token is a signed statement "session `sid`, generation `gen`"; it is never stored and
//! never compared as text. [`decide`] is the only place that knows what a presented generation
//! means, and every store runs it.

use chrono::{DateTime, TimeDelta, Utc};

use super::session::{Ended, Generation, Session, SessionId, SessionPolicy};
use super::user::User;

/// A clock that runs backwards is forgiven this far; beyond it an age is not taken for zero.
const BACKWARDS_TOLERANCE: TimeDelta = TimeDelta::seconds(60);

impl Session {
    /// The step that rotation takes from this state.
    #[must_use]
    pub fn rotation(&self, policy: &SessionPolicy, now: DateTime<Utc>) -> Rotation {
        Rotation {
            id: self.id,
            from: self.generation,
            rotated_at: now,
            idle_expires_at: now + policy.idle,
        }
    }

    /// The state after `rotation`.
    #[must_use]
    pub fn rotated(mut self, rotation: &Rotation) -> Self {
        self.generation = rotation.from.next();
        self.rotated_at = rotation.rotated_at;
        self.last_used_at = rotation.rotated_at;
        self.idle_expires_at = rotation.idle_expires_at;
        self.confirmed = false;
        self
    }
}

/// One compare-and-set on a session: from generation `from` to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// The session.
    pub id: SessionId,
    /// The generation that the row must still have.
    pub from: Generation,
    /// When.
    pub rotated_at: DateTime<Utc>,
    /// The new end by idleness.
    pub idle_expires_at: DateTime<Utc>,
}

/// What a presented refresh token means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The session is over.
    Reject(Ended),
    /// The newest token: make its successor.
    Rotate,
    /// The token before it, honestly repeated: hand out the same successor again.
    Repeat,
    /// A spent token whose successor is in use: end the session.
    Reuse,
    /// A token that this store has never made: end the session and raise an alarm.
    Ahead,
}

/// Decides what a refresh token of generation `presented` means for `session`.
///
/// The session lives until its newest token has been seen in use: a spent token is repeated
/// while its successor is unconfirmed (the answer was lost) or for `reuse_grace` after the
/// rotation (two tabs, reordered answers), and is reuse after that.
#[must_use]
pub fn decide(
    session: &Session,
    user: &User,
    presented: Generation,
    policy: &SessionPolicy,
    now: DateTime<Utc>,
) -> Decision {
    if let Some(ended) = session.ended(user, now) {
        return Decision::Reject(ended);
    }
    if presented > session.generation {
        return Decision::Ahead;
    }
    if presented == session.generation {
        return Decision::Rotate;
    }
    if presented.next() == session.generation
        && (!session.confirmed || within_grace(session.rotated_at, policy.reuse_grace, now))
    {
        return Decision::Repeat;
    }
    Decision::Reuse
}

fn within_grace(rotated_at: DateTime<Utc>, grace: TimeDelta, now: DateTime<Utc>) -> bool {
    let age = now - rotated_at;
    age <= grace && age >= -BACKWARDS_TOLERANCE
}
