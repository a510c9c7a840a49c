//! Counters of refreshes by outcome. Rotation is routine, so it is not a security event.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::auth::Accounts;

/// The outcome of presenting a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// A new token was handed out.
    Rotated,
    /// The newest token was handed out again, or kept.
    Repeated,
    /// The token was spent, and two parties hold it.
    Reused,
    /// The token is newer than the store's state.
    Ahead,
    /// The token is not ours, or its session is over.
    Rejected,
}

impl RefreshOutcome {
    /// Every outcome.
    pub const ALL: [Self; 5] = [
        Self::Rotated,
        Self::Repeated,
        Self::Reused,
        Self::Ahead,
        Self::Rejected,
    ];

    /// Returns the name in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rotated => "rotate",
            Self::Repeated => "repeat",
            Self::Reused => "reuse",
            Self::Ahead => "ahead",
            Self::Rejected => "rejected",
        }
    }
}

/// How many refreshes had which outcome since the start of the process.
#[derive(Debug, Default)]
pub struct RefreshCounters([AtomicU64; RefreshOutcome::ALL.len()]);

impl RefreshCounters {
    pub(super) fn count(&self, outcome: RefreshOutcome) {
        self.0[outcome as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how many had this outcome.
    #[must_use]
    pub fn of(&self, outcome: RefreshOutcome) -> u64 {
        self.0[outcome as usize].load(Ordering::Relaxed)
    }
}

impl Accounts {
    /// Returns the outcomes of refreshes so far. Throttled refreshes and failures of the store are
    /// not counted.
    #[must_use]
    pub fn refreshes(&self) -> &RefreshCounters {
        &self.0.refreshes
    }
}
