//! Removing what is over.

use chrono::TimeDelta;

use super::throttle::FORGET_AFTER;
use super::{Accounts, Error};

/// Sessions, or failures, removed in one step of the store, so that no step holds its locks for long.
const BATCH: u32 = 1_000;

impl Accounts {
    /// Removes sessions that were over for longer than `keep`; how many. Forgets the failures of
    /// accounts that had none for a day. Any number of replicas may do this at once.
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
