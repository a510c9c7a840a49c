//! How busy password hashing is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The load of password hashing, and totals since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingLoad {
    /// Hashes that can be computed at a time.
    pub slots: usize,
    /// Hashes that are being computed.
    pub running: usize,
    /// Callers that wait for a slot.
    pub waiting: usize,
    /// Callers that were refused, because the queue was full or the wait too long.
    pub refused: u64,
    /// Hashes that were computed.
    pub done: u64,
    /// Their total duration, without waits.
    pub took: Duration,
}

/// Finished work.
#[derive(Default)]
pub(super) struct Done {
    count: AtomicU64,
    micros: AtomicU64,
}

impl Done {
    pub(super) fn add(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Ordering::Relaxed);
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    pub(super) fn took(&self) -> Duration {
        Duration::from_micros(self.micros.load(Ordering::Relaxed))
    }
}
