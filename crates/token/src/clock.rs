//! The source of the current time. Whatever needs the time takes a [`Clock`] or an instant.

use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// A source of the current time, in UTC, cut to microseconds (the precision of Postgres).
pub trait Clock: Debug + Send + Sync + 'static {
    /// Returns the current time.
    fn now(&self) -> DateTime<Utc>;
}

/// The system clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// A clock that stands still until it is advanced, for tests that must not sleep.
///
/// ```
/// use chrono::TimeDelta;
/// use rocket_accounts_token::clock::{Clock, ManualClock};
///
/// let clock = ManualClock::default();
/// let before = clock.now();
/// clock.advance(TimeDelta::minutes(15));
/// assert_eq!(clock.now() - before, TimeDelta::minutes(15));
/// ```
#[derive(Debug)]
pub struct ManualClock {
    micros: AtomicI64,
}

impl ManualClock {
    /// Returns a clock that shows `start`.
    #[must_use]
    pub fn new(start: DateTime<Utc>) -> Self {
        Self {
            micros: AtomicI64::new(start.timestamp_micros()),
        }
    }

    /// Moves the clock by `step`, backwards if it is negative.
    pub fn advance(&self, step: TimeDelta) {
        let micros = step.num_microseconds().unwrap_or_default();
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    /// Starts at the current second of the system clock.
    fn default() -> Self {
        Self::new(SystemClock.now().trunc_subsecs(0))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.micros.load(Ordering::SeqCst)).unwrap_or_default()
    }
}
