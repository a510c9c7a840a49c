//! Users and sessions in the memory of this process: for tests, gone with the process.

mod account;
mod ring;
mod session;
mod throttle;
mod user;

use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::{DateTime, Utc};

pub use self::ring::MemoryRing;
pub use self::throttle::MemoryThrottle;
use crate::domain::credentials::{PasswordHash, UsernameKey};
use crate::domain::session::{Revocation, RevocationReason, Session, SessionId};
use crate::domain::user::{Account, CredentialEpoch, UserId};

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

    /// Returns whether the user is there, and in the `expected` epoch if there is one.
    fn is_in_epoch(&self, id: UserId, expected: Option<CredentialEpoch>) -> bool {
        let account = self.accounts.get(&id);
        account.is_some_and(|account| {
            expected.is_none_or(|epoch| epoch == account.user.credential_epoch)
        })
    }

    fn set_password(
        &mut self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Option<CredentialEpoch> {
        if !self.is_in_epoch(id, expected) {
            return None;
        }
        let account = self.accounts.get_mut(&id)?;
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
