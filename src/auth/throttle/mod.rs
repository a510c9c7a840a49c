//! How often somebody may try: what slows a guesser down and does not lock the owner out.
//!
//! | tried | counted for | default |
//! |---|---|---|
//! | login | the address | 30 a minute |
//! | failed login | the address; the name at that address | 10 a minute; 5 in 5 minutes |
//! | failed login, failed proof | the account, from anywhere | from the 10th in a row 1 s .. 15 min apart |
//! | registration | the address | 20 an hour |
//! | refresh | the session; for a token that does not verify the address | 60 a minute; 150 in 5 minutes |
//! | proof of the password | the user | 5 a minute |
//!
//! Failures of an account are counted in the [`ThrottleStore`], by all replicas together; all
//! else in the memory of this process (`docs/adr/0006-throttling.md`). A guess is counted before
//! it is made, so parallel guesses are no way around, and is taken back if it was right. Names
//! that nobody has are counted like all others. What is refused is not counted and costs no
//! hash. A request without a network address came through a Unix socket, or from a test: it has
//! no limit by address, because everybody would share it; the limits by name, session and user
//! hold.
//!
//! To add a limit: a [`Bucket`], a quota in
//! [`ThrottlePolicy`](crate::domain::throttle::ThrottlePolicy), a method here, and a row above.

mod table;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Error;
use crate::domain::session::SessionId;
use crate::domain::throttle::{ThrottleKey, ThrottlePolicy};
use crate::domain::user::UserId;
use crate::store::{self, ThrottleStore, patience};
pub(super) use table::Prefix;
use table::{Bucket, Charge, Table};

/// Failures in a row that nobody who forgot a password gets to: an attack.
const ALARM: u32 = 100;
/// An account's failures are forgotten when there was none for this long.
pub(super) const FORGET_AFTER: TimeDelta = TimeDelta::days(1);

/// All limits and what was counted so far.
#[derive(Debug)]
pub struct Throttle {
    policy: Option<ThrottlePolicy>,
    table: Table,
    store: Arc<dyn ThrottleStore>,
}

impl Throttle {
    /// Limits as `policy` says, none at all without one; failures of accounts are counted in
    /// `store`.
    #[must_use]
    pub fn new(policy: Option<ThrottlePolicy>, store: Arc<dyn ThrottleStore>) -> Self {
        Self {
            policy,
            table: Table::default(),
            store,
        }
    }

    pub(super) fn store(&self) -> &dyn ThrottleStore {
        &*self.store
    }

    /// Before a login to the account with this key.
    pub(super) async fn login(
        &self,
        account: ThrottleKey,
        address: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<Attempt<'_>, Error> {
        let Some(policy) = &self.policy else {
            return Ok(self.unlimited());
        };
        let mut charges = Vec::new();
        if let Some(prefix) = address.map(Prefix::from) {
            charges = vec![
                (Bucket::Guess(account, prefix), policy.guess),
                (Bucket::FailedLogin(prefix), policy.failed_login),
                (Bucket::Login(prefix), policy.login),
            ];
        }
        self.charge(&charges, now)?;
        // The login itself stays counted, whatever comes of it.
        let guess = charges.len().saturating_sub(1);
        let attempt = Attempt {
            throttle: self,
            account: Some(account),
            charges: charges[..guess].to_vec(),
            failures: 0,
        };
        attempt.count(policy, now, &charges).await
    }

    /// Before a proof of the password within a session of this user.
    pub(super) async fn proof(
        &self,
        user: UserId,
        account: ThrottleKey,
        now: DateTime<Utc>,
    ) -> Result<Attempt<'_>, Error> {
        let Some(policy) = &self.policy else {
            return Ok(self.unlimited());
        };
        let charges = [(Bucket::Proof(user), policy.proof)];
        self.charge(&charges, now)?;
        let attempt = Attempt {
            throttle: self,
            account: Some(account),
            charges: Vec::new(),
            failures: 0,
        };
        attempt.count(policy, now, &charges).await
    }

    /// Before a registration.
    pub(super) fn register(
        &self,
        address: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (Some(policy), Some(address)) = (&self.policy, address) else {
            return Ok(());
        };
        self.charge(&[(Bucket::Register(address.into()), policy.register)], now)
    }

    /// Before a refresh. A token that verifies is counted for its session alone: many people may
    /// be behind one address. One that does not is counted for the address.
    pub(super) fn refresh(
        &self,
        session: Option<SessionId>,
        address: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let Some(policy) = &self.policy else {
            return Ok(());
        };
        let of_session = session.map(|id| (Bucket::Refresh(id), policy.refresh));
        let from = address.map(|ip| (Bucket::RefreshFrom(ip.into()), policy.refresh_from));
        let charge = of_session.or(from);
        self.charge(charge.as_slice(), now)
    }

    fn charge(&self, charges: &[Charge], now: DateTime<Utc>) -> Result<(), Error> {
        let outcome = self.table.charge(charges, now);
        outcome.map_err(|full| refused(full.limit, full.wait))
    }

    fn unlimited(&self) -> Attempt<'_> {
        Attempt {
            throttle: self,
            account: None,
            charges: Vec::new(),
            failures: 0,
        }
    }
}

/// A guess that was counted as a wrong one. Dropped, it stays counted: so does one whose client
/// hung up.
#[derive(Debug)]
#[must_use]
pub(super) struct Attempt<'a> {
    throttle: &'a Throttle,
    account: Option<ThrottleKey>,
    charges: Vec<Charge>,
    /// The account's failures in a row, with this guess, if it is wrong.
    failures: u32,
}

impl Attempt<'_> {
    /// Counts the guess for the account, in the store.
    async fn count(
        self,
        policy: &ThrottlePolicy,
        now: DateTime<Utc>,
        all: &[Charge],
    ) -> Result<Self, Error> {
        let Some(account) = &self.account else {
            return Ok(self);
        };
        let store = self.throttle.store();
        match patience::read(store.count_guess(account, &policy.account, now)).await {
            Ok(store::Guess::Counted { failures }) => Ok(Self { failures, ..self }),
            Ok(store::Guess::TooSoon { wait }) => {
                self.not_made();
                let wait = wait.max(self.throttle.table.wait(all, now));
                Err(refused("failures of an account", wait))
            }
            Err(trouble) => {
                self.not_made();
                Err(trouble.into())
            }
        }
    }

    /// How many failures in a row this would make, if they are so many that it is an attack.
    pub(super) fn alarm(&self) -> Option<u32> {
        (self.failures == ALARM).then_some(self.failures)
    }

    /// The guess was right: this account's failures are forgotten. Those of others at the same
    /// address are not, or an account of one's own would buy guesses at the others.
    ///
    /// A store that cannot forget now does not keep the owner out; the next login tries again.
    pub(super) async fn right(self) {
        self.not_made();
        for (bucket, _) in &self.charges {
            if let Bucket::Guess(..) = bucket {
                self.throttle.table.empty(bucket);
            }
        }
        let Some(account) = &self.account else {
            return;
        };
        let forgotten = patience::spare(self.throttle.store.forget_guesses(account));
        if let Err(error) = forgotten.await {
            tracing::warn!(error = %error, "an account's failures could not be forgotten");
        }
    }

    /// No guess was made: hashing was not possible. The store keeps its count, which must never
    /// fall by a fault.
    pub(super) fn not_made(&self) {
        self.throttle.table.give_back(&self.charges);
    }
}

fn refused(limit: &'static str, wait: TimeDelta) -> Error {
    // Whole seconds, upwards: a client that comes back then is not told to wait again.
    let millis = wait.num_milliseconds() + i64::from(wait.subsec_nanos() % 1_000_000 != 0);
    let seconds = u64::try_from(millis).unwrap_or_default().div_ceil(1000);
    let retry_after = Duration::from_secs(seconds.max(1));
    Error::TooManyAttempts { limit, retry_after }
}
