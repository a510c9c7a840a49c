//! Sessions in memory.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{MemoryStore, State};
use crate::domain::session::{Generation, RevocationReason, Rotation, Session, SessionId};
use crate::domain::user::UserId;
use crate::store::{Admission, Displaced, Error, Result, SessionStore};

impl State {
    /// Implements [`SessionStore::insert_session`].
    pub(super) fn admit(&mut self, session: &Session, admission: Admission) -> Result<Displaced> {
        if self.sessions.contains_key(&session.id) {
            return Err(Error::Duplicate);
        }
        let now = session.created_at;
        let replaced = admission.replaces.and_then(|id| self.unrevoked(id));
        let superseded = replaced.map(|replaced| (replaced.id, replaced.user_id));
        if let Some((old, _)) = superseded {
            self.revoke(old, RevocationReason::Superseded, now);
        }
        let mut live = self.live(session.user_id, now);
        live.sort_unstable_by_key(|s| (s.last_used_at, s.id));
        let excess = (live.len() + 1).saturating_sub(admission.cap as usize);
        let evicted: Vec<_> = live.iter().take(excess).map(|s| s.id).collect();
        for id in &evicted {
            self.revoke(*id, RevocationReason::Evicted, now);
        }
        self.insert_session(session.clone());
        Ok(Displaced {
            superseded,
            evicted,
        })
    }
}

fn newest_first(mut sessions: Vec<Session>) -> Vec<Session> {
    sessions.sort_unstable_by_key(|s| std::cmp::Reverse((s.created_at, s.id)));
    sessions
}

#[async_trait]
impl SessionStore for MemoryStore {
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<Displaced> {
        self.write().admit(session, admission)
    }

    async fn find_session(&self, id: SessionId) -> Result<Option<Session>> {
        Ok(self.read().sessions.get(&id).cloned())
    }

    async fn list_sessions(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        let state = self.read();
        let live = state.live(user_id, now).into_iter();
        Ok(newest_first(live.cloned().collect()))
    }

    async fn list_kept_sessions(&self, user_id: UserId) -> Result<Vec<Session>> {
        let state = self.read();
        let kept = state.sessions.values().filter(|s| s.user_id == user_id);
        Ok(newest_first(kept.cloned().collect()))
    }

    async fn count_live(&self, now: DateTime<Utc>) -> Result<Option<u64>> {
        let state = self.read();
        let live = |s: &&Session| s.revocation.is_none() && !s.has_expired(now);
        Ok(Some(state.sessions.values().filter(live).count() as u64))
    }

    async fn rotate(&self, rotation: &Rotation) -> Result<bool> {
        let mut state = self.write();
        let session = state.unrevoked(rotation.id);
        let is_unmoved = |s: &&mut Session| {
            s.generation == rotation.from && s.rotated_at == rotation.handed_out_at
        };
        let Some(session) = session.filter(is_unmoved) else {
            return Ok(false);
        };
        *session = session.clone().rotated(rotation);
        Ok(true)
    }

    async fn confirm(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut state = self.write();
        let session = state.unrevoked(id);
        let Some(session) = session.filter(|s| s.generation == generation && !s.confirmed) else {
            return Ok(false);
        };
        *session = session.clone().seen(now);
        Ok(true)
    }

    async fn hand_out_again(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut state = self.write();
        let session = state.unrevoked(id);
        let Some(session) = session.filter(|s| s.generation == generation && !s.confirmed) else {
            return Ok(false);
        };
        *session = session.clone().handed_out_again(now);
        Ok(true)
    }

    async fn reauthenticate(&self, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
        let mut state = self.write();
        let Some(session) = state.unrevoked(id) else {
            return Ok(false);
        };
        session.authenticated_at = now;
        Ok(true)
    }

    async fn revoke(
        &self,
        id: SessionId,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        Ok(self.write().revoke(id, reason, now))
    }

    async fn revoke_for_user(
        &self,
        user_id: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        Ok(self.write().revoke_for_user(user_id, except, reason, now))
    }

    async fn purge(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        let mut state = self.write();
        let ended = |s: &&Session| {
            s.expires_at() < before || s.revocation.is_some_and(|revoked| revoked.at < before)
        };
        let ids: Vec<_> = state.sessions.values().filter(ended).collect();
        let ids: Vec<_> = ids.iter().take(limit as usize).map(|s| s.id).collect();
        state.remove_sessions(&ids);
        Ok(ids.len() as u64)
    }

    async fn delete_for_user(&self, user_id: UserId) -> Result<u64> {
        let mut state = self.write();
        let ids = state.by_user.get(&user_id).cloned().unwrap_or_default();
        state.remove_sessions(&ids);
        Ok(ids.len() as u64)
    }
}
