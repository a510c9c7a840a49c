//! Removing ended sessions and old failures.

use chrono::TimeDelta;

use super::throttle::FORGET_AFTER;
use super::{Accounts, Error};

/// How many sessions, or failures, one call of the store removes, so that no call holds locks for
/// long.
const BATCH: u32 = 1_000;

impl Accounts {
    /// Removes sessions that ended longer than `keep` ago and returns how many. Forgets the
    /// failures of accounts that had none for a day. Any number of replicas may do this at once.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; what was removed until then stays removed.
    pub async fn purge(&self, keep: TimeDelta) -> Result<u64, Error> {
        let store = self.0.throttle.store();
        let quiet_since = self.now() - FORGET_AFTER;
        while store.purge_guesses(quiet_since, BATCH).await? >= u64::from(BATCH) {}
        let before = self.now() - keep;
        let mut removed = 0;
        loop {
            let batch = self.0.store.purge(before, BATCH).await?;
            removed += batch;
            if batch < u64::from(BATCH) {
                return Ok(removed);
            }
        }
    }
}
