//! The buckets of this process, bounded in memory.

use std::hash::RandomState;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use lru::LruCache;

use super::limit::Limit;
use crate::domain::session::SessionId;
use crate::domain::throttle::{Quota, ThrottleKey};
use crate::domain::user::UserId;

/// The most buckets, about 15 MB of them. Beyond it, the least recently used one is forgotten. One
/// table for all kinds: a bucket is created only for a request that the other buckets admit, so
/// evicting others takes as many addresses as there are buckets.
pub(super) const BUCKETS_MAX: usize = 100_000;

/// The part of an address that one party controls: a whole IPv4 address, or the network of an IPv6
/// address, within which a host changes its address at will. IPv4 inside IPv6 is IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::auth) enum Prefix {
    V4([u8; 4]),
    V6([u16; 4]),
}

impl From<IpAddr> for Prefix {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6([a, b, c, d])
            }
        }
    }
}

/// What is counted, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Bucket {
    Login(Prefix),
    FailedLogin(Prefix),
    Guess(ThrottleKey, Prefix),
    /// A browser that was signed in to the account before, from any address.
    KnownDevice(ThrottleKey),
    Register(Prefix),
    Refresh(SessionId),
    RefreshFrom(Prefix),
    Proof(UserId),
}

impl Bucket {
    fn limit(&self) -> Limit {
        match self {
            Self::Login(_) => Limit::Login,
            Self::FailedLogin(_) => Limit::FailedLogin,
            Self::Guess(..) => Limit::Guess,
            Self::KnownDevice(_) => Limit::KnownDevice,
            Self::Register(_) => Limit::Register,
            Self::Refresh(_) => Limit::Refresh,
            Self::RefreshFrom(_) => Limit::RefreshFrom,
            Self::Proof(_) => Limit::Proof,
        }
    }
}

/// One attempt to be counted in a bucket.
pub(super) type Charge = (Bucket, Quota);

/// The full bucket with the longest wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full {
    pub(super) limit: Limit,
    pub(super) wait: TimeDelta,
}

type Buckets = LruCache<Bucket, DateTime<Utc>, RandomState>;

/// The instant at which each bucket is empty again.
#[derive(Debug)]
pub(super) struct Table(Mutex<Buckets>);

impl Default for Table {
    fn default() -> Self {
        // With a capacity the cache would allocate all memory at once.
        Self(Mutex::new(LruCache::unbounded_with_hasher(
            RandomState::new(),
        )))
    }
}

impl Table {
    /// Counts one attempt in each bucket, or in none if one is full.
    pub(super) fn charge(&self, charges: &[Charge], now: DateTime<Utc>) -> Result<(), Full> {
        let mut buckets = self.lock();
        if let Some(full) = longest(&mut buckets, charges, now) {
            return Err(full);
        }
        for (bucket, quota) in charges {
            let empty_at = buckets.peek(bucket).copied().unwrap_or(now);
            buckets.put(*bucket, quota.charged(empty_at, now));
            if buckets.len() > BUCKETS_MAX {
                buckets.pop_lru();
            }
        }
        Ok(())
    }

    /// Returns how long until one attempt fits into each bucket.
    pub(super) fn wait(&self, charges: &[Charge], now: DateTime<Utc>) -> TimeDelta {
        let full = longest(&mut self.lock(), charges, now);
        full.map_or(TimeDelta::zero(), |full| full.wait)
    }

    /// Takes one attempt back from each bucket.
    pub(super) fn give_back(&self, charges: &[Charge]) {
        let mut buckets = self.lock();
        for (bucket, quota) in charges {
            if let Some(empty_at) = buckets.peek_mut(bucket) {
                *empty_at = quota.given_back(*empty_at);
            }
        }
    }

    /// Empties a bucket.
    pub(super) fn empty(&self, bucket: &Bucket) {
        self.lock().pop(bucket);
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        // No step can fail halfway, so a poisoned lock is used as it is.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn longest(buckets: &mut Buckets, charges: &[Charge], now: DateTime<Utc>) -> Option<Full> {
    let full = charges.iter().filter_map(|(bucket, quota)| {
        let wait = quota.wait(*buckets.get(bucket)?, now);
        let limit = bucket.limit();
        (wait > TimeDelta::zero()).then_some(Full { limit, wait })
    });
    full.max_by_key(|full| full.wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn prefix(address: &str) -> Prefix {
        Prefix::from(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn addresses_are_folded_to_whoever_has_them() {
        assert_eq!(prefix("192.0.2.1"), prefix("::ffff:192.0.2.1"));
        assert_ne!(prefix("192.0.2.1"), prefix("192.0.2.2"));
        assert_eq!(prefix("2001:db8:1:2::1"), prefix("2001:db8:1:2:ffff::9"));
        assert_ne!(prefix("2001:db8:1:2::1"), prefix("2001:db8:1:3::1"));
    }

    #[test]
    fn one_full_bucket_charges_none() {
        let table = Table::default();
        let quota = Quota::new(1, TimeDelta::minutes(1));
        let full = (Bucket::Login(prefix("192.0.2.1")), quota);
        let other = (Bucket::Register(prefix("192.0.2.1")), quota);
        table.charge(&[full], NOW).unwrap();
        let refused = table.charge(&[other, full], NOW).unwrap_err();
        assert_eq!(refused.limit, Limit::Login);
        assert_eq!(refused.wait, TimeDelta::minutes(1));
        table.charge(&[other], NOW).unwrap();
    }

    #[test]
    fn memory_is_bounded_under_a_million_addresses() {
        let table = Table::default();
        let quota = Quota::new(1, TimeDelta::hours(1));
        let charge = |number: u32| (Bucket::Login(Prefix::V4(number.to_be_bytes())), quota);
        for number in 0..1_000_000 {
            table.charge(&[charge(number)], NOW).unwrap();
            assert!(table.len() <= BUCKETS_MAX);
        }
        assert_eq!(table.len(), BUCKETS_MAX);
        // Who came last is still counted.
        assert!(table.charge(&[charge(999_999)], NOW).is_err());
        assert!(table.charge(&[charge(900_000)], NOW).is_err());
    }
}
