//! All stores of a service, together.

use std::sync::Arc;

use super::memory::MemoryStore;
use super::{AccountStore, MemoryRing, MemoryThrottle, RingStore, ThrottleStore};

/// The stores of a service.
#[derive(Debug, Clone)]
pub struct Stores {
    /// Users and sessions.
    pub accounts: Arc<dyn AccountStore>,
    /// Counts of failed attempts.
    pub throttle: Arc<dyn ThrottleStore>,
    /// The names of the signing keys in force.
    pub key_ring: Arc<dyn RingStore>,
}

impl Stores {
    /// Keeps everything in the memory of this process.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::beside(Arc::new(MemoryStore::default()))
    }

    /// Keeps users and sessions in `accounts`, and the rest in the memory of this process.
    #[must_use]
    pub fn beside(accounts: Arc<dyn AccountStore>) -> Self {
        Self {
            accounts,
            throttle: Arc::new(MemoryThrottle::default()),
            key_ring: Arc::new(MemoryRing::default()),
        }
    }
}

/// Keeps everything in one store.
impl<S: AccountStore + ThrottleStore + RingStore> From<Arc<S>> for Stores {
    fn from(store: Arc<S>) -> Self {
        Self {
            accounts: store.clone(),
            throttle: store.clone(),
            key_ring: store,
        }
    }
}
