//! Layer 2: the use cases, one a file, in the words of the domain.
//!
//! Each reads as a story from top to bottom and knows nothing of HTTP: no status code, no header,
//! no cookie. They name stores and crypto by their traits and types. A new use case is a new file
//! with an `impl Accounts`.

mod authenticate;
mod binding;
mod confirm_password;
mod csrf;
mod device;
mod error;
mod event;
mod health;
mod import_user;
mod key_reader;
mod key_ring_registry;
mod login;
mod logout;
mod password_change;
mod profile;
mod purge;
mod refresh;
mod refresh_counters;
mod register;
mod sessions;
mod throttle;
mod users;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use authenticate::Authenticated;
pub use binding::PresentedTokens;
pub use csrf::CsrfToken;
pub use error::{Error, causes};
pub use event::{EventKind, EventSink, EventSubject, Events, SecurityEvent};
pub use import_user::{Imported, MovedAccount};
pub use key_reader::KeyReadError;
pub use key_ring_registry::KeyRingRegistry;
pub use login::{Arrival, LoginAttempt};
pub use refresh_counters::{RefreshCounters, RefreshOutcome};
pub use throttle::{Limit, Throttle};
pub use users::NewAccount;

use crate::crypto::device::Device;
use crate::crypto::password::{HashingLoad, Passwords};
use crate::crypto::strength::PasswordPolicy;
use crate::crypto::token::{Issued, Tokens};
use crate::domain::clock::Clock;
use crate::domain::session::{Session, SessionPolicy};
use crate::domain::user::User;
use crate::store::{AccountStore, Patient};

/// Sign-in, wired up: what every use case works with.
///
/// A Rocket application gets one from [`Accounts::stage`] or [`Accounts::builder`] and reaches it
/// as managed state; a program without Rocket makes one with [`Accounts::new`].
#[derive(Debug, Clone)]
pub struct Accounts(Arc<Parts>);

/// What [`Accounts`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// Where users and sessions are kept.
    pub store: Arc<dyn AccountStore>,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// Judges new passwords.
    pub password_policy: PasswordPolicy,
    /// Signs and judges tokens.
    pub tokens: Tokens,
    /// The record of the signing keys.
    pub key_ring_registry: KeyRingRegistry,
    /// Session lifetimes.
    pub session_policy: SessionPolicy,
    /// Limits attempts.
    pub throttle: Throttle,
    /// Who is told of security events.
    pub events: Events,
    /// Counts what comes of refreshes.
    pub refreshes: RefreshCounters,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What a browser is handed when a session was opened or refreshed.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The session in its newest state.
    pub session: Session,
    /// The access token.
    pub access: Issued,
    /// The refresh token.
    pub refresh: Issued,
    /// What the browser's device cookie is to be; at a login and a registration.
    pub device: Option<Device>,
    /// Whether the browser presented that very generation. Then the answer leaves its refresh and
    /// CSRF cookie alone: a late answer must not put an older one over a newer one.
    pub holds_refresh: bool,
}

impl Accounts {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Parts {
            // Whatever store it is: none of its calls is a way around.
            store: Arc::new(Patient::new(parts.store)),
            ..parts
        }))
    }

    /// The store, for a host application's own look-ups and for tests.
    #[must_use]
    pub fn store(&self) -> &dyn AccountStore {
        &*self.0.store
    }

    /// The time by this application's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// How many password hashes were computed so far: the same for every kind of failed login.
    #[must_use]
    pub fn hashes_computed(&self) -> u64 {
        self.0.passwords.hashes_computed()
    }

    /// How busy password hashing is.
    #[must_use]
    pub fn hashing_load(&self) -> HashingLoad {
        self.0.passwords.load()
    }

    /// Runs work that takes a core for long where password hashes are computed: a few at a time,
    /// off the threads that serve requests.
    ///
    /// # Errors
    /// [`Error::Busy`] if too much of it waits.
    pub async fn run_slowly<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        Ok(self.0.passwords.run(work).await?)
    }

    fn sign_in(&self, user: User, session: Session, now: DateTime<Utc>) -> Result<SignedIn, Error> {
        let subject = session.token_subject();
        let access = self.0.tokens.issue_access(&subject, now)?;
        let (from, until) = (session.rotated_at, session.expires_at());
        let refresh = self.0.tokens.issue_refresh(&subject, from, until)?;
        Ok(SignedIn {
            user,
            session,
            access,
            refresh,
            device: None,
            holds_refresh: false,
        })
    }
}
