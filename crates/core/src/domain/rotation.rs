//! Refresh token rotation with reuse detection, as one pure decision.
//!
//! A refresh token is a signed statement "session `sid`, generation `gen`"; it is never stored and
//! never compared as text. [`decide`] is the only place that knows what a presented generation
//! means, and every store runs it.
//!
//! Time belongs to the decision, because several tabs of one browser wake up together and each
//! refreshes with what the shared jar holds at that moment. Inside a window of `reuse_grace` such
//! a burst collapses onto one generation: the newest token is not rotated while it is fresh, and
//! the one before it is repeated. What the window counts from, and why no party can move it
//! once the newest token was seen, is in `docs/adr/0011-rotation-with-time.md`.

use chrono::{DateTime, TimeDelta, Utc};

use super::session::{Ended, Generation, Session, SessionId, SessionPolicy};
use super::user::User;

/// Ages that are negative by up to this much count as zero, for clocks that run backwards.
const BACKWARDS_TOLERANCE: TimeDelta = TimeDelta::seconds(60);

/// The fraction of the grace within which a repeated hand-out is not written again: a burst of
/// repeats costs one write, and shortens the window by this fraction at most.
const NOTED_PARTS: i32 = 10;

impl Session {
    /// Returns the step that rotation takes from this state.
    #[must_use]
    pub fn rotation(&self, policy: &SessionPolicy, now: DateTime<Utc>) -> Rotation {
        Rotation {
            id: self.id,
            from: self.generation,
            handed_out_at: self.rotated_at,
            rotated_at: now,
            idle_expires_at: now + policy.idle_for(self.remembered),
        }
    }

    /// Returns the state after `rotation`.
    #[must_use]
    pub fn rotated(mut self, rotation: &Rotation) -> Self {
        self.generation = rotation.from.next();
        self.rotated_at = rotation.rotated_at;
        self.last_used_at = rotation.rotated_at;
        self.idle_expires_at = rotation.idle_expires_at;
        self.confirmed = false;
        self
    }

    /// Returns the state after the newest generation was seen in use for the first time.
    #[must_use]
    pub fn seen(mut self, now: DateTime<Utc>) -> Self {
        self.confirmed = true;
        self.last_used_at = now;
        self
    }

    /// Returns the state after the newest generation was handed out again: only the instant
    /// that its freshness counts from moves.
    #[must_use]
    pub fn handed_out_again(mut self, now: DateTime<Utc>) -> Self {
        self.rotated_at = now;
        self
    }

    /// Returns whether a repeat at `now` must be stored as a hand-out. A generation that was seen
    /// no longer changes, and a hand-out of a moment ago is stored already.
    #[must_use]
    pub fn needs_hand_out_note(&self, policy: &SessionPolicy, now: DateTime<Utc>) -> bool {
        let moment = policy.reuse_grace / NOTED_PARTS;
        !self.confirmed && !within_grace(self.rotated_at, moment, now)
    }

    /// Returns whether the newest generation was handed out or, once it has been seen, first seen
    /// within the grace.
    fn is_fresh(&self, policy: &SessionPolicy, now: DateTime<Utc>) -> bool {
        let since = if self.confirmed {
            self.last_used_at
        } else {
            self.rotated_at
        };
        within_grace(since, policy.reuse_grace, now)
    }
}

/// One compare-and-set on a session: from generation `from` to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// The session.
    pub id: SessionId,
    /// The generation that the row must still have.
    pub from: Generation,
    /// The `rotated_at` that the row must still have: a token that was handed out again meanwhile
    /// is fresh and must not be rotated.
    pub handed_out_at: DateTime<Utc>,
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
    /// The newest token, still fresh: it stays the newest, and now counts as seen.
    Keep,
    /// The token before it, repeated within the rules: hand out the same successor again.
    Repeat,
    /// A spent token whose successor is in use: end the session.
    Reuse,
    /// A token that this store has never issued: end the session and raise an alarm.
    Ahead,
}

/// Decides what a refresh token of generation `presented` means for `session`.
///
/// - The newest token is rotated, unless it is fresh: handed out, or once it has been seen first
///   seen, within `reuse_grace`. Then it is kept (tabs that wake up together). The token of
///   the login is always rotated.
/// - The token before it is repeated while its successor is unseen (the answer was lost) or was
///   first seen within `reuse_grace` (tabs, reordered answers); it is reuse after that.
/// - Any older token is reuse.
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
    let is_fresh = session.is_fresh(policy, now);
    if presented == session.generation {
        return if is_fresh && presented > Generation::FIRST {
            Decision::Keep
        } else {
            Decision::Rotate
        };
    }
    if presented.next() == session.generation && (is_fresh || !session.confirmed) {
        return Decision::Repeat;
    }
    Decision::Reuse
}

/// Returns whether `since` is within the grace. Instants in the future count up to the tolerance;
/// beyond it the grace is over.
fn within_grace(since: DateTime<Utc>, grace: TimeDelta, now: DateTime<Utc>) -> bool {
    let age = now - since;
    age <= grace && age >= -BACKWARDS_TOLERANCE
}
