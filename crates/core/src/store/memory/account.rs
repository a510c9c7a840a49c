//! The steps that touch users and sessions, each under the one lock.

use async_trait::async_trait;

use super::MemoryStore;
use crate::domain::session::{RevocationReason, Session, SessionId};
use crate::domain::user::User;
use crate::store::{
    AccountStore, Admission, Displaced, Error, PasswordChange, PasswordChanged, Result, Successor,
};

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

    async fn open_session(
        &self,
        session: &Session,
        admission: Admission,
    ) -> Result<Option<Displaced>> {
        let mut state = self.write();
        let account = state.accounts.get(&session.user_id);
        if account.is_none_or(|account| !session.is_of(&account.user)) {
            return Ok(None);
        }
        state.admit(session, admission).map(Some)
    }

    async fn change_password(&self, change: PasswordChange) -> Result<PasswordChanged> {
        let PasswordChange { user_id, now, .. } = change;
        let mut state = self.write();
        let opens = change.successor.as_ref().map(|next| next.session.id);
        if opens.is_some_and(|id| state.sessions.contains_key(&id)) {
            return Err(Error::Duplicate);
        }
        if !state.is_in_epoch(user_id, change.expected) {
            return Ok(PasswordChanged::Stale);
        }
        let replaces = change.successor.as_ref().map(|next| next.replaces);
        if replaces.is_some_and(|id| state.unrevoked(id).is_none()) {
            return Ok(PasswordChanged::SessionOver);
        }
        let Some(epoch) = state.set_password(user_id, change.expected, &change.hash, now) else {
            return Ok(PasswordChanged::Stale);
        };
        let opened = change.successor.map(|Successor { session, replaces }| {
            state.revoke(replaces, RevocationReason::Superseded, now);
            Session {
                credential_epoch: epoch,
                ..session
            }
        });
        state.revoke_for_user(user_id, None, RevocationReason::PasswordChanged, now);
        if let Some(session) = &opened {
            state.insert_session(session.clone());
        }
        Ok(PasswordChanged::Done { session: opened })
    }
}
