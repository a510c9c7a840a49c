//! The record of the key ring in the memory of this process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::domain::ring::RingIds;
use crate::store::{Result, RingRecord, RingStore};

/// For tests, and for a single process with its own store, which has no other replica to differ
/// from.
#[derive(Debug, Default)]
pub struct MemoryRing(Mutex<Option<RingRecord>>);

impl MemoryRing {
    fn lock(&self) -> MutexGuard<'_, Option<RingRecord>> {
        // No step can fail halfway, so a poisoned lock is used as it is.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RingStore for MemoryRing {
    async fn find_ring(&self) -> Result<Option<RingRecord>> {
        Ok(self.lock().clone())
    }

    async fn replace_ring(
        &self,
        expected: Option<i64>,
        ring: &RingIds,
        _: DateTime<Utc>,
    ) -> Result<bool> {
        let mut record = self.lock();
        let revision = record.as_ref().map(|record| record.revision);
        if revision != expected {
            return Ok(false);
        }
        *record = Some(RingRecord {
            revision: revision.unwrap_or(0) + 1,
            ring: ring.clone(),
        });
        Ok(true)
    }
}
