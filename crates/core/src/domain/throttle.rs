//! Rate limits, as pure arithmetic over instants.

use chrono::{DateTime, TimeDelta, Utc};

/// At most `limit` at once, and over time as many in each `window`, one after another: a bucket
/// that runs empty evenly (GCRA, the generic cell rate algorithm of ITU-T I.371).
///
/// The only state of a bucket is the instant at which it is empty again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    limit: u32,
    interval: TimeDelta,
}

impl Quota {
    /// Allows `limit` attempts in each `window`, and at least one.
    #[must_use]
    pub fn new(limit: u32, window: TimeDelta) -> Self {
        let limit = limit.clamp(1, 1_000_000);
        let micros = window.num_microseconds().unwrap_or(i64::MAX);
        let interval = TimeDelta::microseconds((micros / i64::from(limit)).max(1));
        Self { limit, interval }
    }

    /// Returns how long until one more attempt fits into a bucket that is empty at `empty_at`; zero
    /// if it fits now.
    #[must_use]
    pub fn wait(&self, empty_at: DateTime<Utc>, now: DateTime<Utc>) -> TimeDelta {
        let room = self.times(self.limit - 1);
        (self.start(empty_at, now) - now - room).max(TimeDelta::zero())
    }

    /// Returns when the bucket is empty again after one more attempt.
    #[must_use]
    pub fn charged(&self, empty_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        self.start(empty_at, now) + self.interval
    }

    /// Returns when the bucket is empty again after one attempt was taken back.
    #[must_use]
    pub fn given_back(&self, empty_at: DateTime<Utc>) -> DateTime<Utc> {
        empty_at - self.interval
    }

    /// Returns the instant from which the bucket is filled. After a clock was set back it is full
    /// at most, so that no user is locked out for as long as the clock was wrong.
    fn start(&self, empty_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        empty_at.clamp(now, now + self.times(self.limit))
    }

    fn times(&self, count: u32) -> TimeDelta {
        // At most a million: fits an `i32`.
        self.interval * i32::try_from(count).unwrap_or(i32::MAX)
    }
}

/// The minimum delay between guesses at one account after many failures in a row. It slows down and
/// never locks out: the delay has an upper bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spacing {
    /// From this many failures in a row on there is a wait.
    pub free: u32,
    /// The first wait; it doubles with each further failure.
    pub first: TimeDelta,
    /// The longest wait.
    pub most: TimeDelta,
}

impl Spacing {
    /// Returns the wait after `failures` in a row.
    #[must_use]
    pub fn after(&self, failures: u32) -> TimeDelta {
        let Some(doublings) = failures.checked_sub(self.free) else {
            return TimeDelta::zero();
        };
        let factor = 1_i32.checked_shl(doublings).filter(|factor| *factor > 0);
        let wait = factor.and_then(|factor| self.first.checked_mul(factor));
        wait.map_or(self.most, |wait| wait.min(self.most))
    }

    /// Returns whether the instant of a failure is so far in the future that a clock was or is
    /// wrong. Such a failure delays no guess: the next one is admitted and stores the time anew.
    /// Clocks of replicas may differ by a minute, which gains no guesses.
    #[must_use]
    pub fn is_implausible(last_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        last_at > Self::latest_plausible(now)
    }

    /// Returns the latest instant of a failure that is believed at `now`.
    #[must_use]
    pub fn latest_plausible(now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::seconds(60)
    }

    /// Returns each number of failures that has its own wait; the last wait holds for all numbers
    /// above.
    #[must_use]
    pub fn steps(&self) -> Vec<(u32, TimeDelta)> {
        let mut steps = Vec::new();
        for failures in self.free..self.free.saturating_add(32) {
            let wait = self.after(failures);
            steps.push((failures, wait));
            if wait == self.most {
                break;
            }
        }
        steps
    }
}

/// Whose failures are counted: a keyed hash, so that it reveals no name, and no password that was
/// typed into the name field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ThrottleKey(pub [u8; 32]);

/// All limits (ASVS 5.0 6.3.1 and 2.4.1; NIST SP 800-63B-4 3.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottlePolicy {
    /// Logins from one address.
    pub login: Quota,
    /// Failed logins from one address.
    pub failed_login: Quota,
    /// Failed logins to one name from one address.
    pub guess: Quota,
    /// Registrations from one address.
    pub register: Quota,
    /// Refreshes of one session.
    pub refresh: Quota,
    /// Refreshes from one address.
    pub refresh_from: Quota,
    /// Password confirmations within sessions of one user.
    pub proof: Quota,
    /// Failures in a row for one account, from anywhere.
    pub account: Spacing,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn seconds(count: i64) -> TimeDelta {
        TimeDelta::seconds(count)
    }

    #[test]
    fn a_burst_fits_and_then_one_an_interval() {
        let quota = Quota::new(3, seconds(60));
        let mut empty_at = NOW - seconds(1000);
        for _ in 0..3 {
            assert_eq!(quota.wait(empty_at, NOW), TimeDelta::zero());
            empty_at = quota.charged(empty_at, NOW);
        }
        assert_eq!(quota.wait(empty_at, NOW), seconds(20));
        assert_eq!(quota.wait(empty_at, NOW + seconds(19)), seconds(1));
        assert_eq!(quota.wait(empty_at, NOW + seconds(20)), TimeDelta::zero());
        let less = quota.given_back(empty_at);
        assert_eq!(quota.wait(less, NOW), TimeDelta::zero());
    }

    #[test]
    fn a_clock_that_was_set_back_shuts_nobody_out() {
        let quota = Quota::new(3, seconds(60));
        let from_the_future = NOW + TimeDelta::days(1000);
        assert_eq!(quota.wait(from_the_future, NOW), seconds(20));
    }

    #[test]
    fn the_wait_doubles_up_to_the_longest() {
        let spacing = Spacing {
            free: 10,
            first: seconds(1),
            most: seconds(900),
        };
        let waits = [
            (0, 0),
            (9, 0),
            (10, 1),
            (11, 2),
            (19, 512),
            (20, 900),
            (41, 900),
        ];
        for (failures, wait) in waits {
            assert_eq!(spacing.after(failures), seconds(wait), "{failures}");
        }
        assert_eq!(spacing.after(u32::MAX), seconds(900));
        let steps = spacing.steps();
        assert_eq!(steps.len(), 11);
        assert_eq!(steps.last(), Some(&(20, seconds(900))));
    }
}
