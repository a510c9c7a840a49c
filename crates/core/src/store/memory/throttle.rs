//! Failures in a row in the memory of this process.

use std::hash::RandomState;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use lru::LruCache;

use crate::domain::throttle::{Spacing, ThrottleKey};
use crate::store::{Guess, Result, ThrottleStore};

/// The most keys; beyond it, the one with the oldest last guess is forgotten.
const KEYS_MAX: usize = 100_000;

/// For tests, and for a single process with its own store. Several processes count separately,
/// which multiplies the guesses by their number.
#[derive(Debug)]
pub struct MemoryThrottle(Mutex<LruCache<ThrottleKey, Failures, RandomState>>);

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last_at: DateTime<Utc>,
}

impl Default for MemoryThrottle {
    fn default() -> Self {
        // With a capacity the cache would allocate all memory at once.
        Self(Mutex::new(LruCache::unbounded_with_hasher(
            RandomState::new(),
        )))
    }
}

impl MemoryThrottle {
    /// Returns how many keys are kept at this moment.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<ThrottleKey, Failures, RandomState>> {
        // No step can fail halfway, so a poisoned lock is used as it is.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ThrottleStore for MemoryThrottle {
    async fn count_guess(
        &self,
        key: &ThrottleKey,
        spacing: &Spacing,
        now: DateTime<Utc>,
    ) -> Result<Guess> {
        let mut kept = self.lock();
        let count = match kept.get(key) {
            None => 1,
            Some(before) => {
                let next_at = before.last_at + spacing.after(before.count);
                let is_early = now < next_at && !Spacing::is_implausible(before.last_at, now);
                if is_early && before.count >= spacing.free {
                    let wait = next_at - now;
                    return Ok(Guess::TooSoon { wait });
                }
                before.count.saturating_add(1)
            }
        };
        let last_at = now;
        kept.put(*key, Failures { count, last_at });
        if kept.len() > KEYS_MAX {
            kept.pop_lru();
        }
        Ok(Guess::Counted { failures: count })
    }

    async fn forget_guesses(&self, key: &ThrottleKey) -> Result<bool> {
        Ok(self.lock().pop(key).is_some())
    }

    async fn purge_guesses(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        let mut kept = self.lock();
        let old = kept
            .iter()
            .filter(|(_, failures)| failures.last_at < before);
        let old: Vec<_> = old.take(limit as usize).map(|(key, _)| *key).collect();
        for key in &old {
            kept.pop(key);
        }
        Ok(old.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[tokio::test]
    async fn memory_is_bounded_and_the_newest_are_kept() {
        let store = MemoryThrottle::default();
        let spacing = Spacing {
            free: 1,
            first: TimeDelta::seconds(1),
            most: TimeDelta::seconds(1),
        };
        let key = |number: u64| {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&number.to_le_bytes());
            ThrottleKey(key)
        };
        let now = DateTime::UNIX_EPOCH;
        for number in 0..250_000 {
            store
                .count_guess(&key(number), &spacing, now)
                .await
                .unwrap();
            assert!(store.len() <= KEYS_MAX);
        }
        assert_eq!(store.len(), KEYS_MAX);
        let newest = store.count_guess(&key(249_999), &spacing, now).await;
        assert!(matches!(newest, Ok(Guess::TooSoon { .. })));
    }
}
