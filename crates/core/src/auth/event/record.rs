//! Where use cases record events.

use std::net::IpAddr;

use super::{EventKind, SecurityEvent};
use crate::auth::throttle::Attempt;
use crate::auth::{Accounts, Error, SignedIn};
use crate::domain::session::SessionId;
use crate::domain::user::UserId;

/// The user, session and address of an event.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventSubject {
    /// The user.
    pub user: Option<UserId>,
    /// The session.
    pub session: Option<SessionId>,
    /// The network address.
    pub address: Option<IpAddr>,
}

impl EventSubject {
    /// Returns a subject with a user and no address.
    pub(in crate::auth) fn user(id: UserId) -> Self {
        Self {
            user: Some(id),
            ..Self::default()
        }
    }

    /// Returns a subject with an address and no user.
    #[must_use]
    pub fn address(address: Option<IpAddr>) -> Self {
        Self {
            address,
            ..Self::default()
        }
    }

    /// Returns the subject of a sign-in.
    pub(in crate::auth) fn of(signed_in: &SignedIn) -> Self {
        Self {
            user: Some(signed_in.user.id),
            session: Some(signed_in.session.id),
            address: signed_in.session.client.address,
        }
    }
}

impl Accounts {
    /// Records an event that happened now.
    pub fn record(&self, kind: EventKind, about: EventSubject) {
        self.0.events.record(&SecurityEvent {
            at: self.now(),
            kind,
            user_id: about.user,
            session_id: about.session,
            address: about.address,
        });
    }

    /// Passes the result of an attempt on, and records it if it was throttled.
    pub(in crate::auth) fn audit_throttled<T>(
        &self,
        attempt: Result<T, Error>,
        about: EventSubject,
    ) -> Result<T, Error> {
        if let Err(Error::TooManyAttempts { limit, retry_after }) = &attempt {
            let kind = EventKind::Throttled {
                limit,
                retry_after: *retry_after,
            };
            self.record(kind, about);
        }
        attempt
    }

    /// Records an alarm for an account under attack, once for each attack.
    pub(in crate::auth) fn watch_failures(&self, guess: &Attempt<'_>, about: EventSubject) {
        if let Some(failures) = guess.alarm() {
            self.record(EventKind::LoginFailures { failures }, about);
        }
    }
}
