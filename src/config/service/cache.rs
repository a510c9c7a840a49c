//! Section `cache`: the cache of sessions.

use std::num::NonZeroUsize;

use crate::config::reader::Reader;

/// The cache of sessions and users, on Postgres.
#[derive(Debug, Clone)]
pub struct CacheSettings {
    /// The most sessions in it; `None` without a cache.
    pub most_sessions: Option<NonZeroUsize>,
}

impl CacheSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let is_enabled = reader.bool("cache.enabled", true);
        let most = reader.number("cache.max_sessions", 10_000, 1..=10_000_000);
        let most = usize::try_from(most).ok().and_then(NonZeroUsize::new);
        Self {
            most_sessions: most.filter(|_| is_enabled),
        }
    }
}
