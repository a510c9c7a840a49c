//! Layer 2: the use cases, one a file, in the words of the domain.
//!
//! They are independent of HTTP: no status code, no header, no cookie. They use stores and crypto
//! by their traits and types. A new use case is a new file with an `impl Accounts`.

mod account;
mod error;
mod event;
mod health;
mod keys;
mod purge;
mod session;
mod throttle;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use account::{Imported, MovedAccount, NewAccount};
pub use error::{Error, causes};
pub use event::{EventKind, EventSink, EventSubject, Events, SecurityEvent};
pub use keys::{KeyReadError, KeyRingRegistry};
pub use session::{
    Arrival, Authenticated, CsrfToken, LoginAttempt, PresentedTokens, RefreshCounters,
    RefreshOutcome,
};
pub use throttle::{Limit, Throttle};

use crate::crypto::device::Device;
use crate::crypto::password::{HashingLoad, Passwords};
use crate::crypto::strength::PasswordPolicy;
use crate::crypto::token::{Issued, Tokens};
use crate::domain::clock::Clock;
use crate::domain::session::{Session, SessionPolicy};
use crate::domain::user::User;
use crate::store::{AccountStore, BudgetedStore};

/// The entry point to all use cases.
///
/// A Rocket application has one as managed state, through the crate `rocket-accounts`; a program
/// without Rocket creates one with [`Accounts::new`].
#[derive(Debug, Clone)]
pub struct Accounts(Arc<Parts>);

/// What [`Accounts`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// Where users and sessions are kept.
    pub store: Arc<dyn AccountStore>,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// The rules for new passwords.
    pub password_policy: PasswordPolicy,
    /// Signs and verifies tokens.
    pub tokens: Tokens,
    /// The record of the signing keys.
    pub key_ring_registry: KeyRingRegistry,
    /// Session lifetimes.
    pub session_policy: SessionPolicy,
    /// Limits attempts.
    pub throttle: Throttle,
    /// The sinks of security events.
    pub events: Events,
    /// Counts refreshes by outcome.
    pub refreshes: RefreshCounters,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What a browser receives when a session was opened or refreshed.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The user.
    pub user: User,
    /// The session in its newest state.
    pub session: Session,
    /// The access token.
    pub access: Issued,
    /// The refresh token.
    pub refresh: Issued,
    /// The new device cookie; at a login and a registration.
    pub device: Option<Device>,
    /// Whether the browser presented that very generation. The response then leaves its refresh and
    /// CSRF cookies unchanged: a late response must not overwrite a newer cookie.
    pub holds_refresh: bool,
}

impl Accounts {
    /// Creates the service from its parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Parts {
            // For every store, so that no call bypasses it.
            store: Arc::new(BudgetedStore::new(parts.store)),
            ..parts
        }))
    }

    /// Returns the store, for a host application's own look-ups and for tests.
    #[must_use]
    pub fn store(&self) -> &dyn AccountStore {
        &*self.0.store
    }

    /// Returns the time by this application's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// Returns how many password hashes were computed so far: the same for every kind of failed
    /// login.
    #[must_use]
    pub fn hashes_computed(&self) -> u64 {
        self.0.passwords.hashes_computed()
    }

    /// Returns how busy password hashing is.
    #[must_use]
    pub fn hashing_load(&self) -> HashingLoad {
        self.0.passwords.load()
    }

    /// Runs CPU-bound work where password hashes are computed: a few at a time, off the threads
    /// that serve requests.
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
