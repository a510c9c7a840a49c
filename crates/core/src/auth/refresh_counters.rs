//! What came of refreshes, counted: rotation is the heartbeat of sessions, and no event.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Accounts;

/// What came of a refresh token that was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// A new one was handed out.
    Rotated,
    /// The newest one was handed out again, or kept.
    Repeated,
    /// It was spent, and two parties hold it.
    Reused,
    /// It is newer than what the store knows.
    Ahead,
    /// It is none of ours, or its session is over.
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

    /// The word for it in metrics.
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

    /// How many had this outcome.
    #[must_use]
    pub fn of(&self, outcome: RefreshOutcome) -> u64 {
        self.0[outcome as usize].load(Ordering::Relaxed)
    }
}

impl Accounts {
    /// What came of refreshes so far. Refusals by a limit and trouble with the store are not
    /// among them.
    #[must_use]
    pub fn refreshes(&self) -> &RefreshCounters {
        &self.0.refreshes
    }
}
