//! How often something may be tried: pure arithmetic over instants.

use chrono::{DateTime, TimeDelta, Utc};

/// At most `limit` at once, and over time as many in each `window`, one after another: a bucket
/// that runs empty evenly (GCRA, the generic cell rate algorithm of ITU-T I.371).
///
/// All that is remembered of a bucket is the instant at which it is empty again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    limit: u32,
    interval: TimeDelta,
}

impl Quota {
    /// `limit` in each `window`; at least one.
    #[must_use]
    pub fn new(limit: u32, window: TimeDelta) -> Self {
        let limit = limit.clamp(1, 1_000_000);
        let micros = window.num_microseconds().unwrap_or(i64::MAX);
        let interval = TimeDelta::microseconds((micros / i64::from(limit)).max(1));
        Self { limit, interval }
    }

    /// How long until one more fits in a bucket that is empty at `empty_at`; zero if it fits now.
    #[must_use]
    pub fn wait(&self, empty_at: DateTime<Utc>, now: DateTime<Utc>) -> TimeDelta {
        let room = self.times(self.limit - 1);
        (self.start(empty_at, now) - now - room).max(TimeDelta::zero())
    }

    /// When the bucket is empty again after one more.
    #[must_use]
    pub fn charged(&self, empty_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        self.start(empty_at, now) + self.interval
    }

    /// When the bucket is empty again after one was taken back out.
    #[must_use]
    pub fn given_back(&self, empty_at: DateTime<Utc>) -> DateTime<Utc> {
        empty_at - self.interval
    }

    /// From when on the bucket has something in it. A clock that was set back leaves it full at
    /// most: it must not shut anybody out for as long as it was wrong.
    fn start(&self, empty_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        empty_at.clamp(now, now + self.times(self.limit))
    }

    fn times(&self, count: u32) -> TimeDelta {
        // At most a million: fits an `i32`.
        self.interval * i32::try_from(count).unwrap_or(i32::MAX)
    }
}

/// How far apart the guesses at one account must be after many wrong ones in a row. Slows down,
/// never locks: the wait has an upper bound, however many guesses were wrong.
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
    /// The wait after `failures` in a row.
    #[must_use]
    pub fn after(&self, failures: u32) -> TimeDelta {
        let Some(doublings) = failures.checked_sub(self.free) else {
            return TimeDelta::zero();
        };
        let factor = 1_i32.checked_shl(doublings).filter(|factor| *factor > 0);
        let wait = factor.and_then(|factor| self.first.checked_mul(factor));
        wait.map_or(self.most, |wait| wait.min(self.most))
    }

    /// Whether the instant of a failure is so far in the future that a clock was wrong then or is
    /// now. It holds up nobody: the next guess is let in, and notes the time anew. Clocks of
    /// replicas may differ by a minute, which buys no guesses.
    #[must_use]
    pub fn is_implausible(last_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        last_at > Self::latest_plausible(now)
    }

    /// The latest instant of a failure that is believed at `now`.
    #[must_use]
    pub fn latest_plausible(now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::seconds(60)
    }

    /// Each number of failures with a wait of its own; that of the last holds for all above.
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

/// Whose failures are counted: a keyed hash, so that a list of them tells no name, and no
/// password that was typed where the name belongs.
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
    /// Proofs of the password in a session, for one user.
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
