//! Building [`Accounts`] from the configuration.

use std::ops::Deref;
use std::sync::Arc;

use rocket_accounts_core::auth::{Events, KeyRingRegistry, Parts, RefreshCounters, Throttle};
use rocket_accounts_core::crypto::password::{self, Passwords};
use rocket_accounts_core::crypto::strength::PasswordPolicy;
use rocket_accounts_core::crypto::token::Tokens;
use rocket_accounts_core::domain::clock::Clock;
use rocket_accounts_core::domain::ring::RingIds;
use rocket_accounts_core::store::Stores;
use thiserror::Error;

use crate::config::{KeyError, KeySettings, Settings};

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

/// Sign-in as configured: every use case of [`auth::Accounts`](crate::auth::Accounts), which this
/// dereferences to.
///
/// A Rocket application gets one from [`Accounts::stage`] or [`Accounts::builder`] and reaches it
/// as managed state; a program without Rocket creates one with [`Accounts::from_settings`].
#[derive(Debug, Clone)]
pub struct Accounts(rocket_accounts_core::Accounts);

impl Deref for Accounts {
    type Target = rocket_accounts_core::Accounts;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Accounts {
    /// Builds [`Accounts`] from `settings`, over `stores`, with security events sent to `events`.
    ///
    /// # Errors
    /// If the signing secrets cannot be loaded or hashing does not work at the configured cost.
    pub fn from_settings(
        settings: &Settings,
        stores: Stores,
        events: Events,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, FromSettingsError> {
        let ring = settings.keys.load()?;
        Ok(Self(rocket_accounts_core::Accounts::new(Parts {
            store: stores.accounts,
            passwords: Passwords::new(settings.password.hashing)?,
            password_policy: PasswordPolicy {
                min_chars: settings.password.min_length as usize,
                context: vec![
                    "rocket-accounts".to_owned(),
                    settings.public_origin.host().to_owned(),
                ],
            },
            tokens: Tokens::new(ring, settings.token.policy.clone()),
            key_ring_registry: KeyRingRegistry::new(stores.key_ring),
            session_policy: settings.session.policy,
            throttle: Throttle::new(settings.throttle.policy, stores.throttle),
            events,
            refreshes: RefreshCounters::default(),
            clock,
        })))
    }

    /// Puts the ring that the settings, or the file they name, hold now into force, for every
    /// request that begins from now on, and announces it. Returns its names. Reading a file is
    /// given up after 5 seconds, and not tried again before that read has returned.
    ///
    /// # Errors
    /// See [`KeyError`]; the ring in force then stays.
    pub async fn reload_keys(&self, keys: &KeySettings) -> Result<RingIds, KeyError> {
        let keys = keys.clone();
        self.replace_keys(move || keys.reload()).await
    }
}
