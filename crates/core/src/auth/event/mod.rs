//! Security events (ASVS 5.0 16.3, OWASP Logging Cheat Sheet): one log line each, found by its
//! field `event`, and a call to every [`EventSink`] of the host application.
//!
//! In the log a user appears as the identifier, a session as a hash, and an unknown name as a keyed
//! hash: users type their password into the name field by mistake.
//!
//! To add an event: a variant of [`EventKind`] with its name and its sentence, and a call of
//! `Accounts::record` where it happens.

mod log;
mod record;

use std::fmt::Debug;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

pub use record::EventSubject;

use crate::domain::session::{Generation, SessionId};
use crate::domain::throttle::ThrottleKey;
use crate::domain::user::UserId;

/// Receives every security event, after it happened.
///
/// It is called on the thread that serves the request and must not block: send the event to a
/// channel and do the work elsewhere.
///
/// ```
/// use std::sync::mpsc::Sender;
/// use rocket_accounts_core::auth::{EventSink, SecurityEvent};
///
/// #[derive(Debug)]
/// struct Audit(Sender<SecurityEvent>);
///
/// impl EventSink for Audit {
///     fn record(&self, event: &SecurityEvent) {
///         if self.0.send(event.clone()).is_err() {
///             tracing::error!("the audit trail has stopped");
///         }
///     }
/// }
/// ```
pub trait EventSink: Debug + Send + Sync + 'static {
    /// Records an event.
    fn record(&self, event: &SecurityEvent);
}

/// What happened, when, to whom and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecurityEvent {
    /// When, by this application's clock.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// The user, if there is one.
    pub user_id: Option<UserId>,
    /// The session, if one is meant.
    pub session_id: Option<SessionId>,
    /// The client, as far as it is known.
    pub address: Option<IpAddr>,
}

/// The kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "each is explained by its sentence in `describe`"
)]
pub enum EventKind {
    LoginSucceeded,
    LoginFailed {
        /// A keyed hash of the name if no user has it: the same for every attempt at it.
        unknown_name: Option<ThrottleKey>,
    },
    LoginFailures {
        /// How many in a row.
        failures: u32,
    },
    Registered,
    LoggedOut,
    SessionEnded,
    SessionsEnded {
        /// How many were live.
        count: u64,
    },
    SessionSuperseded,
    SessionEvicted,
    PasswordChanged,
    ProofSucceeded,
    ProofFailed,
    AccountDeleted,
    RefreshTokenReuse {
        /// The generation that was presented.
        generation: Generation,
    },
    RefreshTokenRepeatedElsewhere {
        /// The generation that was presented.
        generation: Generation,
    },
    RefreshTokenFromTheFuture {
        /// The generation that was presented.
        generation: Generation,
    },
    CsrfFailed,
    Throttled {
        /// The name of the limit.
        limit: &'static str,
        /// How long the client has to wait.
        retry_after: Duration,
    },
    UserCreated,
    UserEnabled,
    UserDisabled,
    UserDeleted,
    PasswordSet,
}

impl EventKind {
    /// Returns the name in the log, which is stable, and a sentence.
    #[must_use]
    pub fn describe(&self) -> (&'static str, &'static str) {
        match self {
            Self::LoginSucceeded => ("login_succeeded", "a user logged in"),
            Self::LoginFailed { .. } => ("login_failed", "a login was refused"),
            Self::LoginFailures { .. } => {
                ("login_failures", "repeated failed logins to one account")
            }
            Self::Registered => ("registered", "a user registered and was logged in"),
            Self::LoggedOut => ("logged_out", "a session was logged out"),
            Self::SessionEnded => ("session_ended", "a user revoked another session"),
            Self::SessionsEnded { .. } => ("sessions_ended", "a user's sessions were revoked"),
            Self::SessionSuperseded => (
                "session_superseded",
                "a session was replaced by a new login of the same browser",
            ),
            Self::SessionEvicted => (
                "session_evicted",
                "a session was revoked: the user reached the session limit",
            ),
            Self::PasswordChanged => ("password_changed", "a user changed the password"),
            Self::ProofSucceeded => ("proof_succeeded", "a user confirmed the password"),
            Self::ProofFailed => ("proof_failed", "a password confirmation failed"),
            Self::AccountDeleted => ("account_deleted", "a user deleted the account"),
            Self::RefreshTokenReuse { .. } => (
                "refresh_token_reuse",
                "a session was revoked: a spent refresh token was reused",
            ),
            Self::RefreshTokenRepeatedElsewhere { .. } => (
                "refresh_token_repeated_elsewhere",
                "a spent refresh token was repeated from another network than the login's",
            ),
            Self::RefreshTokenFromTheFuture { .. } => (
                "refresh_token_from_the_future",
                "a session was revoked: the store lost a rotation",
            ),
            Self::CsrfFailed => ("csrf_failed", "an unsafe request was refused as forged"),
            Self::Throttled { .. } => ("throttled", "too many attempts; an attempt was refused"),
            Self::UserCreated => ("user_created", "a user was created"),
            Self::UserEnabled => ("user_enabled", "a user was enabled"),
            Self::UserDisabled => ("user_disabled", "a user was disabled"),
            Self::UserDeleted => ("user_deleted", "a user was deleted"),
            Self::PasswordSet => ("password_set", "an operator set a user's password"),
        }
    }

    /// Returns the name in the log, which is stable.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.describe().0
    }

    /// Returns whether the event is logged as a warning: an attempt that should not happen.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(
            self,
            Self::LoginFailed { .. }
                | Self::LoginFailures { .. }
                | Self::ProofFailed
                | Self::RefreshTokenReuse { .. }
                | Self::RefreshTokenRepeatedElsewhere { .. }
                | Self::RefreshTokenFromTheFuture { .. }
                | Self::CsrfFailed
        )
    }
}

/// The sinks of events, besides the log.
#[derive(Debug, Clone, Default)]
pub struct Events(Vec<Arc<dyn EventSink>>);

impl Events {
    /// Adds a sink.
    pub fn add(&mut self, sink: Arc<dyn EventSink>) {
        self.0.push(sink);
    }

    fn record(&self, event: &SecurityEvent) {
        log::write(event);
        for sink in &self.0 {
            sink.record(event);
        }
    }
}
