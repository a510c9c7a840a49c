//! A password guess, from being counted to being right or wrong.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Throttle;
use super::limit::Limit;
use super::table::{Bucket, Charge};
use crate::auth::Error;
use crate::domain::throttle::{ThrottleKey, ThrottlePolicy};
use crate::store::{self, time_budget};

/// Failures in a row that indicate an attack, not a forgotten password.
const ALARM: u32 = 100;

/// Whose failures count together, as far as it is known before the password is verified.
#[derive(Debug, Clone, Copy)]
pub(in crate::auth) enum Guesser {
    /// Any client that tries this name, from anywhere.
    AnyClient(ThrottleKey),
    /// A browser that was signed in to the account before. Others cannot fill its count, so they
    /// cannot lock the owner out (RL8).
    KnownDevice(ThrottleKey),
}

impl Guesser {
    pub(super) fn key(self) -> ThrottleKey {
        match self {
            Self::AnyClient(key) | Self::KnownDevice(key) => key,
        }
    }
}

/// A guess that was counted as a failure. It stays counted if it is dropped, as when a client hangs
/// up.
#[derive(Debug)]
#[must_use]
pub(in crate::auth) struct Attempt<'a> {
    pub(super) throttle: &'a Throttle,
    pub(super) account: Option<ThrottleKey>,
    pub(super) charges: Vec<Charge>,
    /// The account's failures in a row, with this guess, if it is wrong.
    pub(super) failures: u32,
}

impl Attempt<'_> {
    /// Counts the guess for the account, in the store.
    pub(super) async fn count(
        self,
        policy: &ThrottlePolicy,
        now: DateTime<Utc>,
        all: &[Charge],
    ) -> Result<Self, Error> {
        let Some(account) = &self.account else {
            return Ok(self);
        };
        let store = self.throttle.store();
        match time_budget::read(store.count_guess(account, &policy.account, now)).await {
            Ok(store::Guess::Counted { failures }) => Ok(Self { failures, ..self }),
            Ok(store::Guess::TooSoon { wait }) => {
                self.refund();
                let wait = wait.max(self.throttle.table.wait(all, now));
                Err(refused(Limit::Account, wait))
            }
            Err(trouble) => {
                self.refund();
                Err(trouble.into())
            }
        }
    }

    /// Returns the failures in a row, with this guess, if they are so many that it is an attack.
    pub(in crate::auth) fn alarm(&self) -> Option<u32> {
        (self.failures == ALARM).then_some(self.failures)
    }

    /// Ends a guess that was right: the account's failures are forgotten. Those of other accounts
    /// at the same address are not, or an attacker's own account would gain guesses at others.
    ///
    /// A store that cannot write now does not lock the owner out; the next login tries again.
    pub(in crate::auth) async fn succeeded(self) {
        self.refund();
        for (bucket, _) in &self.charges {
            if let Bucket::Guess(..) | Bucket::KnownDevice(_) = bucket {
                self.throttle.table.empty(bucket);
            }
        }
        let Some(account) = &self.account else {
            return;
        };
        let forgotten = time_budget::optional(self.throttle.store.forget_guesses(account));
        if let Err(error) = forgotten.await {
            tracing::warn!(error = %error, "an account's failures could not be forgotten");
        }
    }

    /// Takes the guess back, because hashing was not possible. The store keeps its count, which
    /// must never decrease because of a fault.
    pub(in crate::auth) fn refund(&self) {
        self.throttle.table.give_back(&self.charges);
    }
}

pub(super) fn refused(limit: Limit, wait: TimeDelta) -> Error {
    // Whole seconds, upwards: a client that retries then does not have to wait again.
    let millis = wait.num_milliseconds() + i64::from(wait.subsec_nanos() % 1_000_000 != 0);
    let seconds = u64::try_from(millis).unwrap_or_default().div_ceil(1000);
    let retry_after = Duration::from_secs(seconds.max(1));
    let limit = limit.as_str();
    Error::TooManyAttempts { limit, retry_after }
}
