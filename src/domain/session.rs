//! A session and its state machine: refresh token rotation with reuse detection.
//!
//! One row a session. A refresh token is a signed statement "session `sid`, generation `gen`";
//! it is never stored and never compared as text. [`decide`] is the only place that knows what a
//! presented generation means, and every store runs it.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::id;
use super::user::{CredentialEpoch, User, UserId};

id! {
    /// Names a session (the `sid` claim). Not a secret: it is worth nothing without a signature.
    SessionId
}

/// Longest user agent text that is kept, in characters.
pub const USER_AGENT_MAX_CHARS: usize = 256;

/// A clock that runs backwards is forgiven this far; beyond it an age is not taken for zero.
const BACKWARDS_TOLERANCE: TimeDelta = TimeDelta::seconds(60);

/// Counts the rotations of a session's refresh token, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub i64);

impl Generation {
    /// The generation a login hands out.
    pub const FIRST: Self = Self(1);

    /// The successor of this generation.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Why a session was ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationReason {
    /// The user logged out.
    Logout,
    /// The same browser logged in again.
    Superseded,
    /// A spent refresh token came back: two parties hold the session.
    Reuse,
    /// A token from a future generation came: the store went back in time.
    Ahead,
    /// The password was changed.
    PasswordChanged,
    /// The user was disabled.
    UserDisabled,
    /// The user ended it from another session.
    EndedByUser,
    /// An operator ended it.
    EndedByOperator,
    /// The user opened more sessions than the cap allows and this was the oldest in use.
    Evicted,
}

impl RevocationReason {
    /// Every reason, for stores that must map each to text and back.
    pub const ALL: [Self; 9] = [
        Self::Logout,
        Self::Superseded,
        Self::Reuse,
        Self::Ahead,
        Self::PasswordChanged,
        Self::UserDisabled,
        Self::EndedByUser,
        Self::EndedByOperator,
        Self::Evicted,
    ];

    /// The stable name that stores and events use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Superseded => "superseded",
            Self::Reuse => "reuse",
            Self::Ahead => "ahead",
            Self::PasswordChanged => "password_changed",
            Self::UserDisabled => "user_disabled",
            Self::EndedByUser => "ended_by_user",
            Self::EndedByOperator => "ended_by_operator",
            Self::Evicted => "evicted",
        }
    }

    /// The reason with this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// When and why a session was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: RevocationReason,
}

/// What is known of the browser behind a session; shown to its owner, never decided upon.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    user_agent: Option<String>,
    /// Network address.
    pub address: Option<IpAddr>,
}

impl Client {
    /// Keeps the first [`USER_AGENT_MAX_CHARS`] characters of the user agent, without control
    /// characters.
    #[must_use]
    pub fn new(user_agent: Option<&str>, address: Option<IpAddr>) -> Self {
        let clean = |text: &str| {
            let printable = text.chars().filter(|c| !c.is_control());
            printable.take(USER_AGENT_MAX_CHARS).collect::<String>()
        };
        Self {
            user_agent: user_agent.map(clean).filter(|text| !text.is_empty()),
            address,
        }
    }

    /// The `User-Agent` header, cut and cleaned.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }
}

/// How long sessions live and how rotation treats repeats. All spans are positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionPolicy {
    /// A session ends this long after its last rotation.
    pub idle: TimeDelta,
    /// A session ends this long after its login, whatever happens.
    pub absolute: TimeDelta,
    /// For this long after a rotation the spent token still gets the same successor.
    pub reuse_grace: TimeDelta,
    /// A user's oldest-used session is ended when this many others are live.
    pub cap: u32,
}

/// One sign-in of one browser. Holds nothing secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Identifier.
    pub id: SessionId,
    /// Whose session it is.
    pub user_id: UserId,
    /// The user's credential epoch that this session was opened in or re-keyed to.
    pub credential_epoch: CredentialEpoch,
    /// Generation of the newest refresh token.
    pub generation: Generation,
    /// When that generation was made.
    pub rotated_at: DateTime<Utc>,
    /// Whether a token of that generation has been seen in use.
    pub confirmed: bool,
    /// When the password was last proved in this session (the `auth_time` of step-up).
    pub authenticated_at: DateTime<Utc>,
    /// When the session was opened.
    pub created_at: DateTime<Utc>,
    /// When a generation was last made or first used.
    pub last_used_at: DateTime<Utc>,
    /// End by idleness.
    pub idle_expires_at: DateTime<Utc>,
    /// End by age.
    pub absolute_expires_at: DateTime<Utc>,
    /// Set once, never unset.
    pub revocation: Option<Revocation>,
    /// The browser.
    pub client: Client,
}

/// Why a session is not live. Not told apart to the outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// No such session, or its user is gone.
    Unknown,
    /// Revoked.
    Revoked(RevocationReason),
    /// Idle or absolute end reached.
    Expired,
    /// The user may not sign in.
    UserInactive,
    /// The user's credentials were replaced after the session was opened.
    CredentialsReplaced,
    /// The token is of a generation that the store has not made.
    Ahead,
}

impl Session {
    /// A new session, opened at `now`.
    #[must_use]
    pub fn open(
        id: SessionId,
        user: &User,
        client: Client,
        policy: &SessionPolicy,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            user_id: user.id,
            credential_epoch: user.credential_epoch,
            generation: Generation::FIRST,
            rotated_at: now,
            confirmed: false,
            authenticated_at: now,
            created_at: now,
            last_used_at: now,
            idle_expires_at: now + policy.idle,
            absolute_expires_at: now + policy.absolute,
            revocation: None,
            client,
        }
    }

    /// When the session ends if it is not used again.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.idle_expires_at.min(self.absolute_expires_at)
    }

    /// Whether either end has been reached.
    #[must_use]
    pub fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at() <= now
    }

    /// Why the session is not live for `user` at `now`; `None` if it is.
    #[must_use]
    pub fn ended(&self, user: &User, now: DateTime<Utc>) -> Option<Ended> {
        if let Some(revocation) = self.revocation {
            Some(Ended::Revoked(revocation.reason))
        } else if self.has_expired(now) {
            Some(Ended::Expired)
        } else if !user.is_active {
            Some(Ended::UserInactive)
        } else if self.credential_epoch != user.credential_epoch {
            Some(Ended::CredentialsReplaced)
        } else {
            None
        }
    }

    /// Judges an access token of generation `presented`.
    ///
    /// An older generation is good until its own expiry: two tabs share a session. `Ok(true)`
    /// says that this is the first sign that the newest generation arrived.
    ///
    /// # Errors
    /// Why the session does not carry the token.
    pub fn admit(
        &self,
        user: &User,
        presented: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool, Ended> {
        match self.ended(user, now) {
            Some(ended) => Err(ended),
            None if presented > self.generation => Err(Ended::Ahead),
            None => Ok(presented == self.generation && !self.confirmed),
        }
    }

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

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
