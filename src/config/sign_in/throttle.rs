//! Section `throttle`: rate limits.

use chrono::TimeDelta;

use crate::config::reader::Reader;
use rocket_accounts_core::domain::throttle::{Quota, Spacing, ThrottlePolicy};

/// Limits on attempts.
#[derive(Debug, Clone)]
pub struct ThrottleSettings {
    /// All limits; `None` for none at all.
    pub policy: Option<ThrottlePolicy>,
}

impl ThrottleSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let is_enabled = reader.bool("throttle.enabled", true);
        let mut quota = |key, default, window| {
            let limit = reader.number(key, default, 1..=1_000_000);
            Quota::new(limit, window)
        };
        let (minute, five) = (TimeDelta::minutes(1), TimeDelta::minutes(5));
        let policy = ThrottlePolicy {
            login: quota("throttle.login_per_minute", 30, minute),
            failed_login: quota("throttle.failed_login_per_minute", 10, minute),
            guess: quota("throttle.failed_login_to_name_per_5_minutes", 5, five),
            register: quota("throttle.register_per_hour", 20, TimeDelta::hours(1)),
            refresh: quota("throttle.refresh_of_session_per_minute", 60, minute),
            refresh_from: quota("throttle.refresh_per_5_minutes", 150, five),
            proof: quota("throttle.password_proof_per_minute", 5, minute),
            account: Spacing {
                // NIST SP 800-63B-4 section 3.2.2 draws the line at 100 failures in a row.
                free: reader.number("throttle.account_failures", 10, 1..=100),
                first: TimeDelta::seconds(1),
                most: reader.duration("throttle.account_longest_wait", "15m", "1s", "1h"),
            },
        };
        Self {
            policy: is_enabled.then_some(policy),
        }
    }
}
