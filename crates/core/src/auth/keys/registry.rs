//! Signing keys: replacing the ring while requests are served, and checking that replicas agree.
//!
//! The names of the ring in force are recorded in the store. A replica that verifies what the
//! recorded active key signs replaces the record when it starts and when its keys are reloaded; one
//! that does not would end sessions that others opened, so it is not ready until it is reloaded, or
//! until an operator confirms its keys (`docs/adr/0008-signing-keys.md`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Mutex;

use super::reader::{KeyReadError, KeyReader};
use crate::auth::{Accounts, Error};
use crate::crypto::keyring::KeyRing;
use crate::domain::ring::{RingIds, Standing};
use crate::store::{RingRecord, RingStore};

/// How often an update of the record is tried when other replicas change it at the same time.
const TRIES: u32 = 8;

/// The record that all replicas share, and the state of this one towards it.
#[derive(Debug)]
pub struct KeyRingRegistry {
    store: Arc<dyn RingStore>,
    /// Whether the ring in force was compared with the record and is compatible.
    is_announced: AtomicBool,
    /// Whether the difference was logged.
    is_logged: AtomicBool,
    announcing: Mutex<()>,
    reader: KeyReader,
}

impl KeyRingRegistry {
    /// Uses the record in `store`.
    #[must_use]
    pub fn new(store: Arc<dyn RingStore>) -> Self {
        Self {
            store,
            is_announced: AtomicBool::new(false),
            is_logged: AtomicBool::new(false),
            announcing: Mutex::new(()),
            reader: KeyReader::default(),
        }
    }

    /// Compares `own` with the record; logs once each time it becomes incompatible.
    fn check(&self, own: &RingIds, recorded: Option<&RingIds>) -> Standing {
        let standing = own.standing(recorded);
        if standing != Standing::Incompatible {
            self.is_logged.store(false, Ordering::Relaxed);
        } else if !self.is_logged.swap(true, Ordering::Relaxed) {
            tracing::error!(
                event = "keys_differ",
                own = %own.active,
                in_force = recorded.map(|ring| tracing::field::display(&ring.active)),
                "the signing keys differ: this process cannot verify tokens of the key that others \
                 sign with, and is not ready. Give it their keys and reload it, or run \
                 `rocket-accounts key adopt` if its own are the right ones"
            );
        }
        standing
    }
}

impl Accounts {
    /// Returns the names of the keys in force.
    #[must_use]
    pub fn key_ids(&self) -> RingIds {
        self.0.tokens.ring().ids()
    }

    /// Returns the public keys for access tokens as a JWK Set, with `token.algorithm = "EdDSA"`.
    #[must_use]
    pub fn jwks(&self) -> Option<String> {
        self.0.tokens.jwks()
    }

    /// Puts the ring that `read` returns into force, for every request that begins from now on, and
    /// announces it. Returns its names. If the store is unavailable,
    /// [`keys_are_shared`](Self::keys_are_shared) announces it later. `read` may block, on a file
    /// that hangs; it is given up after 5 seconds, and not called again before it has returned.
    ///
    /// # Errors
    /// The error of `read`, and [`KeyReadError`]; the ring in force then stays.
    pub async fn replace_keys<E: From<KeyReadError> + Send + 'static>(
        &self,
        read: impl FnOnce() -> Result<KeyRing, E> + Send + 'static,
    ) -> Result<RingIds, E> {
        let ring = self.0.key_ring_registry.reader.read(read).await??;
        let ids = ring.ids();
        self.0.tokens.replace_ring(ring);
        self.0
            .key_ring_registry
            .is_announced
            .store(false, Ordering::Release);
        if let Err(error) = self.announce_keys().await {
            tracing::warn!(cause = %error, "the signing keys could not be announced yet");
        }
        Ok(ids)
    }

    /// Records the ring in force if it is compatible with the recorded one; returns whether it is.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store does not answer.
    pub async fn announce_keys(&self) -> Result<bool, Error> {
        let shared = &self.0.key_ring_registry;
        // One at a time, so that an older ring is never recorded after a newer one.
        let _alone = shared.announcing.lock().await;
        let own = self.key_ids();
        for _ in 0..TRIES {
            let record = shared.store.find_ring().await?;
            match shared.check(&own, record.as_ref().map(|record| &record.ring)) {
                Standing::Incompatible => return Ok(false),
                Standing::Same => {}
                Standing::First | Standing::Compatible => {
                    if !self.write_ring(record.as_ref(), &own).await? {
                        continue;
                    }
                }
            }
            shared.is_announced.store(true, Ordering::Release);
            return Ok(true);
        }
        // It is compatible; the next call records it.
        Ok(true)
    }

    /// Returns whether this process verifies what the others sign, for a readiness probe: reads one
    /// row each time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store does not answer.
    pub async fn keys_are_shared(&self) -> Result<bool, Error> {
        let shared = &self.0.key_ring_registry;
        if !shared.is_announced.load(Ordering::Acquire) {
            return self.announce_keys().await;
        }
        let record = shared.store.find_ring().await?;
        let recorded = record.as_ref().map(|record| &record.ring);
        Ok(shared.check(&self.key_ids(), recorded) != Standing::Incompatible)
    }

    /// Records the ring in force, whatever was recorded before: for an operator whose previous key
    /// leaked and must not be in any ring.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; [`Error::Busy`] if others keep changing the record.
    pub async fn adopt_keys(&self) -> Result<RingIds, Error> {
        let own = self.key_ids();
        for _ in 0..TRIES {
            let record = self.0.key_ring_registry.store.find_ring().await?;
            if self.write_ring(record.as_ref(), &own).await? {
                return Ok(own);
            }
        }
        Err(Error::Busy)
    }

    async fn write_ring(&self, seen: Option<&RingRecord>, own: &RingIds) -> Result<bool, Error> {
        let (store, revision) = (
            &self.0.key_ring_registry.store,
            seen.map(|seen| seen.revision),
        );
        Ok(store.replace_ring(revision, own, self.now()).await?)
    }
}
