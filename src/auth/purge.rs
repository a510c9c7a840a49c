//! Removing what is over.

use chrono::TimeDelta;

use super::{Accounts, Error};

/// Sessions removed in one step of the store, so that no step holds its locks for long.
const BATCH: u32 = 1_000;

impl Accounts {
    /// Removes sessions that were over for longer than `keep`; how many. Any number of replicas
    /// may do this at once.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; what was removed until then stays removed.
    pub async fn purge(&self, keep: TimeDelta) -> Result<u64, Error> {
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
