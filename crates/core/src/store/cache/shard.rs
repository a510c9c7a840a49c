//! The entries under one lock, by session and by user.

use std::collections::HashMap;
use std::hash::RandomState;
use std::num::NonZeroUsize;

use lru::LruCache;

use crate::domain::session::{Session, SessionId};
use crate::domain::user::{User, UserId};

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) session: Session,
    pub(super) user: User,
    /// The time by the cache's clock before the entry was read.
    pub(super) read_at: u64,
}

/// The entries under one lock.
#[derive(Debug)]
pub(super) struct Shard {
    pub(super) entries: LruCache<SessionId, Entry, RandomState>,
    /// The cached sessions of each user.
    pub(super) of_user: HashMap<UserId, Vec<SessionId>>,
}

impl Shard {
    pub(super) fn new(most: NonZeroUsize) -> Self {
        // Memory is allocated as it is needed, not all at once.
        let mut entries = LruCache::unbounded_with_hasher(RandomState::new());
        entries.resize(most);
        Self {
            entries,
            of_user: HashMap::new(),
        }
    }

    pub(super) fn get(&mut self, id: SessionId) -> Option<&Entry> {
        self.entries.get(&id)
    }

    pub(super) fn put(&mut self, entry: Entry) {
        let (id, user) = (entry.session.id, entry.user.id);
        self.remove(id);
        let pushed_out = self.entries.push(id, entry);
        self.of_user.entry(user).or_default().push(id);
        if let Some((id, entry)) = pushed_out {
            self.unlist(entry.user.id, id);
        }
    }

    pub(super) fn remove(&mut self, id: SessionId) {
        if let Some(entry) = self.entries.pop(&id) {
            self.unlist(entry.user.id, id);
        }
    }

    pub(super) fn remove_user(&mut self, id: UserId) {
        for session in self.of_user.remove(&id).unwrap_or_default() {
            self.entries.pop(&session);
        }
    }

    pub(super) fn clear(&mut self) {
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
