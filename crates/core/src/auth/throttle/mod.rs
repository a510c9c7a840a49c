//! Rate limits: they slow guessing down and do not lock the owner out.
//!
//! | attempt | counted for | default |
//! |---|---|---|
//! | login | the address | 30 a minute |
//! | failed login | the address; the name at that address | 10 a minute; 5 in 5 minutes |
//! | failed login, failed confirmation | the account, from anywhere | from the 10th in a row 1 s .. 15 min apart |
//! | failed login from a browser that was signed in to the account before | that browser, instead of the two above | the same |
//! | registration | the address | 20 an hour |
//! | refresh | the session; for a token that does not verify the address | 60 a minute; 150 in 5 minutes |
//! | confirmation of the password | the user | 5 a minute |
//!
//! Failures of an account are counted in the [`ThrottleStore`], by all replicas together;
//! everything else in the memory of this process (`docs/adr/0006-throttling.md`). A guess is
//! counted before it is verified, so parallel guesses do not bypass the limit, and is taken back if
//! it was right. Unknown names are counted like all others. A refused attempt is not counted and
//! costs no hash. A request without a network address came through a Unix socket, or from a test:
//! it has no limit by address, because all clients would share it; the limits by name, session and
//! user apply.
//!
//! To add a limit: a [`Bucket`] and a [`Limit`], a quota in
//! [`ThrottlePolicy`](crate::domain::throttle::ThrottlePolicy), a method here, and a row above.

mod attempt;
mod limit;
mod table;

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Error;
use crate::domain::session::SessionId;
use crate::domain::throttle::{ThrottleKey, ThrottlePolicy};
use crate::domain::user::UserId;
use crate::store::ThrottleStore;
use attempt::refused;
pub(super) use attempt::{Attempt, Guesser};
pub use limit::Limit;
pub(super) use table::Prefix;
use table::{Bucket, Charge, Table};

/// An account's failures are forgotten after this long without a new one.
pub(super) const FORGET_AFTER: TimeDelta = TimeDelta::days(1);

/// All limits and their counters.
#[derive(Debug)]
pub struct Throttle {
    policy: Option<ThrottlePolicy>,
    table: Table,
    store: Arc<dyn ThrottleStore>,
}

impl Throttle {
    /// Limits attempts by `policy`, or not at all without one; failures of accounts are counted in
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

    /// Counts a login.
    pub(super) async fn login(
        &self,
        guesser: Guesser,
        address: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<Attempt<'_>, Error> {
        let Some(policy) = &self.policy else {
            return Ok(self.unlimited());
        };
        let prefix = address.map(Prefix::from);
        let of_guess = match (guesser, prefix) {
            (Guesser::KnownDevice(key), _) => vec![(Bucket::KnownDevice(key), policy.guess)],
            (Guesser::AnyClient(account), Some(prefix)) => vec![
                (Bucket::Guess(account, prefix), policy.guess),
                (Bucket::FailedLogin(prefix), policy.failed_login),
            ],
            (Guesser::AnyClient(_), None) => Vec::new(),
        };
        // The login itself stays counted, whatever its outcome.
        let of_login = prefix.map(|prefix| (Bucket::Login(prefix), policy.login));
        let all: Vec<_> = of_guess.iter().copied().chain(of_login).collect();
        self.charge(&all, now)?;
        let attempt = Attempt {
            throttle: self,
            account: Some(guesser.key()),
            charges: of_guess,
            failures: 0,
        };
        attempt.count(policy, now, &all).await
    }

    /// Counts a confirmation of the password within a session of this user.
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

    /// Counts a registration.
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

    /// Counts a refresh. A token that verifies is counted for its session alone: many users may be
    /// behind one address. One that does not is counted for the address.
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
