//! Logs an outage once, with its cause.
//!
//! Calls that fail only know that no connection was available in time. The first of them has the
//! cause determined and logged; later ones log nothing until a call succeeds again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The interval between checks for a cause while none is found: the database is up, but too busy.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// The cause was logged, and no call has succeeded since.
const LOGGED: u64 = u64::MAX;

/// The state of an outage. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Outage {
    born: Instant,
    /// Milliseconds after `born` before which the cause is not checked again.
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
    /// Notes a failed call; returns whether the caller must check for the cause.
    pub(crate) fn begins(&self) -> bool {
        let since_birth = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(LOGGED - 1);
        let now = self.born.elapsed();
        let look_at = self.look_at.load(Ordering::Relaxed);
        let next = since_birth(now + LOOK_EVERY);
        look_at <= since_birth(now)
            && self
                .look_at
                .compare_exchange(look_at, next, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    /// Notes that the cause was logged.
    pub(crate) fn is_logged(&self) {
        self.look_at.store(LOGGED, Ordering::Relaxed);
    }

    /// Notes a successful call; returns whether it ends an outage that was logged.
    pub(crate) fn ends(&self) -> bool {
        // A load for every call, a write for few.
        self.look_at.load(Ordering::Relaxed) == LOGGED
            && self.look_at.swap(0, Ordering::Relaxed) == LOGGED
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
        assert!(!outage.begins(), "the check is running already");
        outage.clone().is_logged();
        assert!(!outage.begins(), "logged once");
        assert!(outage.ends());
        assert!(!outage.ends(), "over once");
        assert!(outage.begins(), "another one");
    }
}
