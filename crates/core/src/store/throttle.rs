//! The port for failures in a row.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::Result;
use crate::domain::throttle::{Spacing, ThrottleKey};

/// Whether a guess may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// It may, and counts as a failure until [`forget_guesses`](ThrottleStore::forget_guesses).
    Counted {
        /// Failures in a row, this one included.
        failures: u32,
    },
    /// It comes too soon after the last one, and is not counted.
    TooSoon {
        /// How long until one may be made.
        wait: TimeDelta,
    },
}

/// Counts failures in a row, for all replicas of a service together.
///
/// A port of its own, not a part of [`AccountStore`](super::AccountStore): a host that keeps users
/// elsewhere need not count failures there.
#[async_trait]
pub trait ThrottleStore: Debug + Send + Sync + 'static {
    /// Counts a guess before it is made, if `spacing` allows one at `now`. One step: of any
    /// number of concurrent guesses no more are counted than if they had come one by one.
    async fn count_guess(
        &self,
        key: &ThrottleKey,
        spacing: &Spacing,
        now: DateTime<Utc>,
    ) -> Result<Guess>;

    /// Forgets all failures of this key; `false` if there were none. Other keys keep theirs.
    async fn forget_guesses(&self, key: &ThrottleKey) -> Result<bool>;

    /// Forgets the keys whose last guess was before `before`, at most `limit`; returns how many.
    async fn purge_guesses(&self, before: DateTime<Utc>, limit: u32) -> Result<u64>;
}
