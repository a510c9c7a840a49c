//! Live sessions with their users as they were last read, for reads that must be fast.
//!
//! An entry is used only while the cache is *trusted*: while it is certain that every change
//! committed up to [`TRUST`] ago has been heard of. Who listens to the changes renews the trust;
//! when nobody does, it lapses by itself and everything is read from the store again. So an entry
//! is never older than [`TRUST`], whatever the network does.
//!
//! What is read while a change is under way must not be kept: a [`Ticket`] drawn before the read
//! is void after a change.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;

use crate::domain::session::{Session, SessionId};
use crate::domain::user::{User, UserId};

/// A change that was committed longer ago than this is known here, or the cache is not used.
pub const TRUST: Duration = Duration::from_millis(900);

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
pub struct Ticket(u64);

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
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Every change that was committed before `clock` has been told to [`forget`](Self::forget).
    pub fn trust_since(&self, clock: u64) {
        let trust = u64::try_from(TRUST.as_millis()).unwrap_or_default();
        let until = clock.min(self.clock()).saturating_add(trust);
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
    pub fn recall(&self, id: SessionId) -> Option<(Session, User)> {
        if !self.is_trusted() {
            return None;
        }
        self.shard(id).entries.get(&id).cloned()
    }

    /// To be drawn before a session is read from the store.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket(self.changes.load(Ordering::SeqCst))
    }

    /// Keeps what was read since the ticket was drawn.
    pub fn keep(&self, ticket: Ticket, session: &Session, user: &User) {
        let mut shard = self.shard(session.id);
        let is_current = self.changes.load(Ordering::SeqCst) == ticket.0;
        if is_current && session.revocation.is_none() && self.is_trusted() {
            shard.put(session, user);
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

/// The entries of one lock.
#[derive(Debug)]
struct Shard {
    entries: LruCache<SessionId, (Session, User), RandomState>,
    /// For each user with an entry, whose sessions those are.
    of_user: HashMap<UserId, Vec<SessionId>>,
}

impl Shard {
    fn new(most: NonZeroUsize) -> Self {
        // Room is made as it is needed, not for all at once.
        let mut entries = LruCache::unbounded_with_hasher(RandomState::new());
        entries.resize(most);
        Self {
            entries,
            of_user: HashMap::new(),
        }
    }

    fn put(&mut self, session: &Session, user: &User) {
        let id = session.id;
        self.remove(id);
        let pushed_out = self.entries.push(id, (session.clone(), user.clone()));
        self.of_user.entry(user.id).or_default().push(id);
        if let Some((id, (_, user))) = pushed_out {
            self.unlist(user.id, id);
        }
    }

    fn remove(&mut self, id: SessionId) {
        if let Some((_, user)) = self.entries.pop(&id) {
            self.unlist(user.id, id);
        }
    }

    fn remove_user(&mut self, id: UserId) {
        for session in self.of_user.remove(&id).unwrap_or_default() {
            self.entries.pop(&session);
        }
    }

    fn clear(&mut self) {
        self.entries.clear();
        self.of_user.clear();
    }

    fn unlist(&mut self, user: UserId, id: SessionId) {
        if let Some(sessions) = self.of_user.get_mut(&user) {
            sessions.retain(|session| *session != id);
            if sessions.is_empty() {
                self.of_user.remove(&user);
            }
        }
    }
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
