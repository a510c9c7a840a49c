//! Users and sessions in the memory of this process: for tests, gone with the process.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{
    AccountStore, Admission, Error, NewUser, PasswordChange, PasswordChanged, Result, SessionStore,
    Successor, UserStore,
};
use crate::domain::credentials::{PasswordHash, UsernameKey};
use crate::domain::session::{
    Generation, Revocation, RevocationReason, Rotation, Session, SessionId,
};
use crate::domain::user::{Account, CredentialEpoch, User, UserId};

/// The in-memory store. One lock over everything: each method is one step.
#[derive(Debug, Default)]
pub struct MemoryStore(RwLock<State>);

#[derive(Debug, Default)]
struct State {
    accounts: HashMap<UserId, Account>,
    keys: BTreeMap<UsernameKey, UserId>,
    sessions: HashMap<SessionId, Session>,
    by_user: HashMap<UserId, Vec<SessionId>>,
}

impl MemoryStore {
    // A panic while the lock is held cannot leave a half-done step: no method can fail between
    // two writes. So a poisoned lock is used as it is.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn of_user(&self, user_id: UserId) -> impl Iterator<Item = &Session> {
        let ids = self.by_user.get(&user_id).into_iter().flatten();
        ids.filter_map(|id| self.sessions.get(id))
    }

    fn live(&self, user_id: UserId, now: DateTime<Utc>) -> Vec<&Session> {
        let live = |s: &&Session| s.revocation.is_none() && !s.has_expired(now);
        self.of_user(user_id).filter(live).collect()
    }

    fn unrevoked(&mut self, id: SessionId) -> Option<&mut Session> {
        let session = self.sessions.get_mut(&id);
        session.filter(|session| session.revocation.is_none())
    }

    fn revoke(&mut self, id: SessionId, reason: RevocationReason, at: DateTime<Utc>) -> bool {
        let Some(session) = self.unrevoked(id) else {
            return false;
        };
        session.revocation = Some(Revocation { at, reason });
        true
    }

    fn revoke_for_user(
        &mut self,
        user_id: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
        at: DateTime<Utc>,
    ) -> u64 {
        let ids = self.by_user.get(&user_id).cloned().unwrap_or_default();
        let others = ids.into_iter().filter(|id| Some(*id) != except);
        let revoked = others.filter(|id| self.revoke(*id, reason, at));
        revoked.count() as u64
    }

    fn insert_session(&mut self, session: Session) {
        let of_user = self.by_user.entry(session.user_id).or_default();
        of_user.push(session.id);
        self.sessions.insert(session.id, session);
    }

    fn set_password(
        &mut self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Option<CredentialEpoch> {
        let account = self.accounts.get_mut(&id)?;
        if expected.is_some_and(|epoch| epoch != account.user.credential_epoch) {
            return None;
        }
        account.password_hash = Some(hash.clone());
        account.user.credential_epoch = account.user.credential_epoch.next();
        account.user.updated_at = now;
        Some(account.user.credential_epoch)
    }

    fn remove_sessions(&mut self, ids: &[SessionId]) {
        for id in ids {
            let Some(session) = self.sessions.remove(id) else {
                continue;
            };
            if let Some(of_user) = self.by_user.get_mut(&session.user_id) {
                of_user.retain(|other| other != id);
                if of_user.is_empty() {
                    self.by_user.remove(&session.user_id);
                }
            }
        }
    }
}

#[async_trait]
impl UserStore for MemoryStore {
    async fn insert_user(&self, user: NewUser) -> Result<User> {
        let mut state = self.write();
        let key = user.username.key();
        if state.keys.contains_key(&key) {
            return Err(Error::UsernameTaken);
        }
        if state.accounts.contains_key(&user.id) {
            return Err(Error::Duplicate);
        }
        let account = user.into_account();
        let user = account.user.clone();
        state.keys.insert(key, user.id);
        state.accounts.insert(user.id, account);
        Ok(user)
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        Ok(self.read().accounts.get(&id).map(|a| a.user.clone()))
    }

    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>> {
        let state = self.read();
        let id = state.keys.get(key);
        Ok(id.and_then(|id| state.accounts.get(id)).cloned())
    }

    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        Ok(self.read().accounts.get(&id).cloned())
    }

    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>> {
        let state = self.read();
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let ids = state
            .keys
            .range::<UsernameKey, _>((start, Bound::Unbounded));
        let users = ids.filter_map(|(_, id)| state.accounts.get(id));
        Ok(users.take(limit as usize).map(|a| a.user.clone()).collect())
    }

    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        let mut state = self.write();
        Ok(state.accounts.get_mut(&id).map(|account| {
            let user = &mut account.user;
            if let Some(name) = first_name {
                name.clone_into(&mut user.first_name);
            }
            if let Some(name) = last_name {
                name.clone_into(&mut user.last_name);
            }
            user.updated_at = now;
            user.clone()
        }))
    }

    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        let mut state = self.write();
        let account = state.accounts.get_mut(&id);
        let Some(account) = account.filter(|a| a.password_hash.as_ref() == Some(old)) else {
            return Ok(false);
        };
        account.password_hash = Some(new.clone());
        Ok(true)
    }

    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>> {
        Ok(self.write().set_password(id, expected, hash, now))
    }

    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        let mut state = self.write();
        Ok(state.accounts.get_mut(&id).map(|account| {
            let user = &mut account.user;
            if !is_active {
                user.credential_epoch = user.credential_epoch.next();
            }
            user.is_active = is_active;
            user.updated_at = now;
            user.clone()
        }))
    }

    async fn delete_user(&self, id: UserId) -> Result<bool> {
        let mut state = self.write();
        let Some(account) = state.accounts.remove(&id) else {
            return Ok(false);
        };
        state.keys.remove(&account.user.username.key());
        Ok(true)
    }
}

#[async_trait]
impl SessionStore for MemoryStore {
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<()> {
        let mut state = self.write();
        if state.sessions.contains_key(&session.id) {
            return Err(Error::Duplicate);
        }
        let now = session.created_at;
        if let Some(old) = admission.replaces {
            state.revoke(old, RevocationReason::Superseded, now);
        }
        let mut live = state.live(session.user_id, now);
        live.sort_unstable_by_key(|s| (s.last_used_at, s.id));
        let excess = (live.len() + 1).saturating_sub(admission.cap as usize);
        let evicted: Vec<_> = live.iter().take(excess).map(|s| s.id).collect();
        for id in evicted {
            state.revoke(id, RevocationReason::Evicted, now);
        }
        state.insert_session(session.clone());
        Ok(())
    }

    async fn find_session(&self, id: SessionId) -> Result<Option<Session>> {
        Ok(self.read().sessions.get(&id).cloned())
    }

    async fn list_sessions(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        let state = self.read();
        let mut live: Vec<_> = state.live(user_id, now).into_iter().cloned().collect();
        live.sort_unstable_by_key(|s| std::cmp::Reverse((s.created_at, s.id)));
        Ok(live)
    }

    async fn rotate(&self, rotation: &Rotation) -> Result<bool> {
        let mut state = self.write();
        let session = state.unrevoked(rotation.id);
        let Some(session) = session.filter(|s| s.generation == rotation.from) else {
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
        session.confirmed = true;
        session.last_used_at = now;
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

#[async_trait]
impl AccountStore for MemoryStore {
    async fn find_session_with_user(&self, id: SessionId) -> Result<Option<(Session, User)>> {
        let state = self.read();
        let session = state.sessions.get(&id);
        Ok(session.and_then(|session| {
            let account = state.accounts.get(&session.user_id)?;
            Some((session.clone(), account.user.clone()))
        }))
    }

    async fn change_password(&self, change: PasswordChange) -> Result<PasswordChanged> {
        let PasswordChange { user_id, now, .. } = change;
        let mut state = self.write();
        let opens = change.successor.as_ref().map(|next| next.session.id);
        if opens.is_some_and(|id| state.sessions.contains_key(&id)) {
            return Err(Error::Duplicate);
        }
        let Some(epoch) = state.set_password(user_id, change.expected, &change.hash, now) else {
            return Ok(PasswordChanged::Stale);
        };
        let mut opened = None;
        if let Some(Successor { session, replaces }) = change.successor
            && state.revoke(replaces, RevocationReason::Superseded, now)
        {
            opened = Some(Session {
                credential_epoch: epoch,
                ..session
            });
        }
        state.revoke_for_user(user_id, None, RevocationReason::PasswordChanged, now);
        if let Some(session) = &opened {
            state.insert_session(session.clone());
        }
        Ok(PasswordChanged::Done { session: opened })
    }
}
