//! Telling an outage once, with its cause.
//!
//! Calls that fail say that no connection came in time. The first of them has the cause looked
//! for and logged; the rest is silence until a call succeeds again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Between two looks for a cause where none is found: the database is there, and too busy.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// The cause was told, and no call has succeeded since.
const TOLD: u64 = u64::MAX;

/// What is known of an outage. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Outage {
    born: Instant,
    /// Milliseconds after `born` before which nobody looks for a cause.
    look_at: Arc<AtomicU64>,
}

impl Default for Outage {
    fn default() -> Self {
        Self {
            born: Instant::now(),
            look_at: Arc::default(),
        }
    }
}

impl Outage {
    /// Notes a call that failed: whether the caller is to look for the cause.
    pub(crate) fn begins(&self) -> bool {
        let since_birth = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(TOLD - 1);
        let now = self.born.elapsed();
        let look_at = self.look_at.load(Ordering::Relaxed);
        let next = since_birth(now + LOOK_EVERY);
        look_at <= since_birth(now)
            && self
                .look_at
                .compare_exchange(look_at, next, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    /// Notes that the cause is told.
    pub(crate) fn is_told(&self) {
        self.look_at.store(TOLD, Ordering::Relaxed);
    }

    /// Notes a call that succeeded: whether it ends an outage that was told.
    pub(crate) fn ends(&self) -> bool {
        // A load for every call, a write for few.
        self.look_at.load(Ordering::Relaxed) == TOLD
            && self.look_at.swap(0, Ordering::Relaxed) == TOLD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_many_failures_looks_for_the_cause_until_it_is_told_and_over() {
        let outage = Outage::default();
        assert!(!outage.ends(), "there is none");
        assert!(outage.begins());
        assert!(!outage.begins(), "somebody looks already");
        outage.clone().is_told();
        assert!(!outage.begins(), "told once");
        assert!(outage.ends());
        assert!(!outage.ends(), "over once");
        assert!(outage.begins(), "another one");
    }
}
