//! Building [`Accounts`] from the configuration.

use std::sync::Arc;

use thiserror::Error;

use super::{Accounts, Events, KeyRingRegistry, Parts, RefreshCounters, Throttle};
use crate::config::{KeyError, Settings};
use crate::crypto::password::{self, Passwords};
use crate::crypto::strength::PasswordPolicy;
use crate::crypto::token::Tokens;
use crate::domain::clock::Clock;
use crate::store::{AccountStore, RingStore, ThrottleStore};

/// Why [`Accounts`] could not be built.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FromSettingsError {
    /// The signing secrets.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The hashing cost.
    #[error("passwords cannot be hashed at the configured cost")]
    Passwords(#[from] password::Error),
}

impl Accounts {
    /// Builds [`Accounts`] from `settings` over a store, with failures of accounts counted in
    /// `throttle`, the names of its keys recorded in `rings`, and security events sent to `events`.
    ///
    /// # Errors
    /// If the signing secrets cannot be loaded or hashing does not work at the configured cost.
    pub fn from_settings(
        settings: &Settings,
        store: Arc<dyn AccountStore>,
        throttle: Arc<dyn ThrottleStore>,
        rings: Arc<dyn RingStore>,
        events: Events,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, FromSettingsError> {
        let ring = settings.keys.load()?;
        Ok(Self::new(Parts {
            store,
            passwords: Passwords::new(settings.password.hashing)?,
            password_policy: PasswordPolicy {
                min_chars: settings.password.min_length as usize,
                context: vec![
                    "rocket-accounts".to_owned(),
                    settings.public_origin.host().to_owned(),
                ],
            },
            tokens: Tokens::new(ring, settings.token.policy.clone()),
            key_ring_registry: KeyRingRegistry::new(rings),
            session_policy: settings.session.policy,
            throttle: Throttle::new(settings.throttle.policy, throttle),
            events,
            refreshes: RefreshCounters::default(),
            clock,
        }))
    }
}
