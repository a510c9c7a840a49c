//! A session: one row for each sign-in of a browser.
//!
//! What its refresh tokens mean is in [`rotation`](super::rotation).

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use rocket_accounts_token::token::TokenSubject;

pub use super::revocation::{Revocation, RevocationReason};
pub use super::rotation::{Decision, Rotation, decide};
use super::user::{CredentialEpoch, User, UserId};
pub use rocket_accounts_token::id::{Generation, SessionId};

/// Longest user agent text that is kept, in characters.
pub const USER_AGENT_MAX_CHARS: usize = 256;

/// What is known of the browser of a session. Shown to the user, never used for decisions.
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

    /// Returns the `User-Agent` header, cut and cleaned.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }
}

/// How long sessions live and how rotation treats repeats. Lifetimes are positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionPolicy {
    /// A session ends this long after its last rotation.
    pub idle: TimeDelta,
    /// The same for a session that is not remembered; not longer than `idle`.
    pub idle_unremembered: TimeDelta,
    /// A session ends this long after its login, whatever happens.
    pub absolute: TimeDelta,
    /// For this long after the newest token was handed out or first seen it is not rotated, and
    /// the one before it still gets it. May be zero.
    pub reuse_grace: TimeDelta,
    /// The least recently used session of a user is ended when this many others are live.
    pub cap: u32,
}

impl SessionPolicy {
    /// Returns how long an unused session lives.
    #[must_use]
    pub fn idle_for(&self, remembered: bool) -> TimeDelta {
        if remembered {
            self.idle
        } else {
            self.idle_unremembered
        }
    }
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
    /// When that generation was made, or handed out again before it was seen.
    pub rotated_at: DateTime<Utc>,
    /// Whether a token of that generation has been seen in use; `last_used_at` is when first.
    pub confirmed: bool,
    /// When the password was last confirmed in this session (the `auth_time` of step-up).
    pub authenticated_at: DateTime<Utc>,
    /// When the session was opened.
    pub created_at: DateTime<Utc>,
    /// When a generation was last made or first used.
    pub last_used_at: DateTime<Utc>,
    /// End by idleness.
    pub idle_expires_at: DateTime<Utc>,
    /// End by age.
    pub absolute_expires_at: DateTime<Utc>,
    /// Whether the browser is to keep the session when it is closed. Chosen at login, never changed.
    pub remembered: bool,
    /// Set once, never unset.
    pub revocation: Option<Revocation>,
    /// The browser.
    pub client: Client,
}

/// Why a session is not live. Clients do not learn which.
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
    /// The token is of a generation that the store has not issued.
    Ahead,
}

impl Session {
    /// Returns a new session, opened at `now`.
    #[must_use]
    pub fn open(
        id: SessionId,
        user: &User,
        client: Client,
        remembered: bool,
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
            idle_expires_at: now + policy.idle_for(remembered),
            absolute_expires_at: now + policy.absolute,
            remembered,
            revocation: None,
            client,
        }
    }

    /// Returns what the tokens of its newest generation are issued for.
    #[must_use]
    pub fn token_subject(&self) -> TokenSubject {
        TokenSubject {
            user: self.user_id,
            session: self.id,
            generation: self.generation,
        }
    }

    /// Returns when the session ends if it is not used again.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.idle_expires_at.min(self.absolute_expires_at)
    }

    /// Returns whether either end has been reached.
    #[must_use]
    pub fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at() <= now
    }

    /// Returns whether the user may sign in and has the credentials that the session was opened
    /// with.
    #[must_use]
    pub fn is_of(&self, user: &User) -> bool {
        user.is_active && self.user_id == user.id && self.credential_epoch == user.credential_epoch
    }

    /// Returns why the session is not live for `user` at `now`; `None` if it is.
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

    /// Checks an access token of generation `presented`.
    ///
    /// An older generation is valid until its own expiry: two tabs share a session. `Ok(true)`
    /// means that this is the first proof that the newest generation arrived.
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
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
