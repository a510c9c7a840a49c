//! Live sessions with their users as they were last read, for reads that must be fast.
//!
//! An entry is used only while the cache is *trusted*: while it is certain that every change
//! committed up to [`MAX_STALENESS`] ago has been heard of. Who listens to the changes renews the trust;
//! when nobody does, it lapses by itself and everything is read from the store again. So what an
//! entry says was true [`MAX_STALENESS`] ago, whatever the network does, and as for changes that nobody is
//! told of, [`AGE_MAX`] ago.
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

/// A change that was committed longer ago than this is known here, or the cache is not used.
pub const MAX_STALENESS: Duration = Duration::from_millis(900);

/// An entry is read anew when it is this old, whatever was heard: a change that no trigger tells of
/// (they can be disabled) is found out after this time at the latest.
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

/// The right to keep what was read since it was drawn, if nothing changed meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Ticket {
    changes: u64,
    drawn_at: u64,
}

/// Sessions and users, bounded in number. The entry that was asked for the longest ago gives way.
#[derive(Debug)]
pub struct SessionCache {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    /// How many changes there were. Counted before an entry is removed and compared under the
    /// lock of the shard before one is kept, so no entry slips through in between.
    changes: AtomicU64,
    /// Times are told from here on.
    born: Instant,
    /// Milliseconds after `born` until which the entries are trusted.
    trusted_until: AtomicU64,
}

impl SessionCache {
    /// An empty cache for about `most` sessions, not trusted yet.
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

    /// The time in milliseconds, as [`trust_since`](Self::trust_since) takes it.
    #[must_use]
    pub fn clock(&self) -> u64 {
        millis(self.born.elapsed())
    }

    /// Every change that was committed before `clock` has been told to [`forget`](Self::forget).
    pub fn trust_since(&self, clock: u64) {
        let until = clock
            .min(self.clock())
            .saturating_add(millis(MAX_STALENESS));
        self.trusted_until.fetch_max(until, Ordering::SeqCst);
    }

    /// Nobody listens any more: everything is forgotten and nothing is trusted.
    pub fn distrust(&self) {
        self.trusted_until.store(0, Ordering::SeqCst);
        self.forget(Changed::All);
    }

    /// Whether the entries may be used now.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.clock() < self.trusted_until.load(Ordering::SeqCst)
    }

    /// A session and its user, if they are known.
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

    /// To be drawn before a session is read from the store.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket {
            changes: self.changes.load(Ordering::SeqCst),
            drawn_at: self.clock(),
        }
    }

    /// Keeps what was read since the ticket was drawn.
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

    /// Forgets what a change was about.
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

/// A panic elsewhere leaves whole entries behind.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
