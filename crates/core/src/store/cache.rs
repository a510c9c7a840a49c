//! A cache of live sessions with their users, for fast reads.
//!
//! An entry is used only while the cache is *trusted*: while it is certain that every change
//! committed up to [`MAX_STALENESS`] ago has been received. The listener to changes renews the
//! trust; without one it lapses by itself and everything is read from the store again. So an entry
//! is at most [`MAX_STALENESS`] old, whatever the network does, and at most [`AGE_MAX`] for changes
//! that are not announced.
//!
//! What is read while a change is under way must not be kept: a [`Ticket`] drawn before the read
//! is void after a change.

mod shard;

use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use self::shard::{Entry, Shard};
use crate::domain::session::{Session, SessionId};
use crate::domain::user::{User, UserId};

/// Changes committed longer ago than this have been received, or the cache is not used.
pub const MAX_STALENESS: Duration = Duration::from_millis(900);

/// The longest age of an entry, whatever was received: a change that no trigger announces (they can
/// be disabled) is noticed after this time at the latest.
pub const AGE_MAX: Duration = Duration::from_secs(30);

/// Locks are taken by session, so that threads seldom wait for one another.
const SHARDS: usize = 16;

/// What a change was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// A user, or any of the user's sessions.
    User(UserId),
    /// One session.
    Session(SessionId),
    /// Anything.
    All,
}

/// The right to cache what was read since the ticket was drawn, unless something changed meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Ticket {
    changes: u64,
    drawn_at: u64,
}

/// Sessions and users, bounded in number. The least recently used entry is evicted.
#[derive(Debug)]
pub struct SessionCache {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    /// The number of changes. Counted before an entry is removed and compared under the lock of the
    /// shard before one is kept, so no entry slips through in between.
    changes: AtomicU64,
    /// The start of the cache's clock.
    born: Instant,
    /// Milliseconds after `born` until which the entries are trusted.
    trusted_until: AtomicU64,
}

impl SessionCache {
    /// Creates an empty cache for about `most` sessions, not trusted yet.
    #[must_use]
    pub fn new(most: NonZeroUsize) -> Self {
        let each = NonZeroUsize::new(most.get().div_ceil(SHARDS)).unwrap_or(NonZeroUsize::MIN);
        Self {
            shards: std::array::from_fn(|_| Mutex::new(Shard::new(each))),
            hasher: RandomState::new(),
            changes: AtomicU64::new(0),
            born: Instant::now(),
            trusted_until: AtomicU64::new(0),
        }
    }

    /// Returns the time in milliseconds, as [`trust_since`](Self::trust_since) takes it.
    #[must_use]
    pub fn clock(&self) -> u64 {
        millis(self.born.elapsed())
    }

    /// Trusts the cache from `clock` on: every change committed before it was passed to
    /// [`forget`](Self::forget).
    pub fn trust_since(&self, clock: u64) {
        let until = clock
            .min(self.clock())
            .saturating_add(millis(MAX_STALENESS));
        self.trusted_until.fetch_max(until, Ordering::SeqCst);
    }

    /// Forgets everything and trusts nothing, because changes are no longer received.
    pub fn distrust(&self) {
        self.trusted_until.store(0, Ordering::SeqCst);
        self.forget(Changed::All);
    }

    /// Returns whether the entries may be used now.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.clock() < self.trusted_until.load(Ordering::SeqCst)
    }

    /// Returns a session and its user, if they are cached.
    #[must_use]
    pub fn cached_session(&self, id: SessionId) -> Option<(Session, User)> {
        if !self.is_trusted() {
            return None;
        }
        let oldest = self.clock().saturating_sub(millis(AGE_MAX));
        let mut shard = self.shard(id);
        let entry = shard.get(id)?;
        (entry.read_at >= oldest).then(|| (entry.session.clone(), entry.user.clone()))
    }

    /// Draws a ticket, before a session is read from the store.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket {
            changes: self.changes.load(Ordering::SeqCst),
            drawn_at: self.clock(),
        }
    }

    /// Caches what was read since the ticket was drawn.
    pub fn keep(&self, ticket: Ticket, session: &Session, user: &User) {
        let mut shard = self.shard(session.id);
        let is_current = self.changes.load(Ordering::SeqCst) == ticket.changes;
        if is_current && session.revocation.is_none() && self.is_trusted() {
            shard.put(Entry {
                session: session.clone(),
                user: user.clone(),
                read_at: ticket.drawn_at,
            });
        }
    }

    /// Removes the entries that a change affects.
    pub fn forget(&self, changed: Changed) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        match changed {
            Changed::Session(id) => self.shard(id).remove(id),
            Changed::User(id) => self.each_shard(|shard| shard.remove_user(id)),
            Changed::All => self.each_shard(Shard::clear),
        }
    }

    fn shard(&self, id: SessionId) -> MutexGuard<'_, Shard> {
        let hash = self.hasher.hash_one(id);
        let index = usize::try_from(hash % SHARDS as u64).unwrap_or_default();
        lock(&self.shards[index])
    }

    fn each_shard(&self, work: impl Fn(&mut Shard)) {
        for shard in &self.shards {
            work(&mut lock(shard));
        }
    }
}

/// Locks a shard. A panic elsewhere leaves consistent entries behind, so poisoning is ignored.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
