//! The port for the record of the key ring in force.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::Result;
use crate::domain::ring::RingIds;

/// The last recorded ring. It contains only names of keys, which every token shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingRecord {
    /// Counts the changes.
    pub revision: i64,
    /// The names.
    pub ring: RingIds,
}

/// Keeps one record for all replicas of a service, so that a replica with incompatible keys
/// notices.
///
/// A port of its own, as [`ThrottleStore`](super::ThrottleStore) is: a host that keeps users
/// elsewhere need not keep this there.
#[async_trait]
pub trait RingStore: Debug + Send + Sync + 'static {
    /// Returns the record. Cheap: a probe asks for it every few seconds.
    async fn find_ring(&self) -> Result<Option<RingRecord>>;

    /// Writes the record, if it still is the one of revision `expected`, or if there is none and
    /// none was expected; returns whether it was written. Compare-and-set: of any number of
    /// replicas that saw the same record one succeeds.
    async fn replace_ring(
        &self,
        expected: Option<i64>,
        ring: &RingIds,
        now: DateTime<Utc>,
    ) -> Result<bool>;
}
