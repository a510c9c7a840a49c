//! The port for steps that touch both users and sessions.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::refresh::{Presented, Refreshed, refresh_by_steps};
use super::{Admission, Displaced, NewUser, Result, SessionStore, UserStore};
use crate::domain::credentials::PasswordHash;
use crate::domain::session::{RevocationReason, Session, SessionId, SessionPolicy};
use crate::domain::user::{CredentialEpoch, User, UserId};

/// The session that takes the place of the one in which a password was changed: a new identifier,
/// so that every token from before the change is dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// The new session; its credential epoch is set by the change.
    pub session: Session,
    /// The session it takes the place of.
    pub replaces: SessionId,
}

/// A new password, set by its owner or by an operator.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// Whose password.
    pub user_id: UserId,
    /// The epoch in which the current password was verified; `None` for an operator.
    pub expected: Option<CredentialEpoch>,
    /// The hash of the new password.
    pub hash: PasswordHash,
    /// The owner's session, carried over.
    pub successor: Option<Successor>,
    /// When.
    pub now: DateTime<Utc>,
}

/// The result of a password change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordChanged {
    /// Nothing changed: the user is gone or has left the expected epoch.
    Stale,
    /// Nothing changed: the session in which it was asked for was revoked meanwhile.
    SessionOver,
    /// The password is the new one. `session` is the successor as stored; `None` if none was asked
    /// for, or if users and sessions are in two stores and the session was revoked between the
    /// steps.
    Done {
        /// The successor.
        session: Option<Session>,
    },
}

/// Both ports, with the steps that span them.
///
/// The provided methods are correct over any pair of stores because a session is live only in its
/// user's credential epoch: the step on the user row decides, the later steps only clean up, and a
/// crash in between ends too many sessions, never too few. A store that holds both kinds overrides
/// them with one transaction.
#[async_trait]
pub trait AccountStore: UserStore + SessionStore {
    /// Returns the session and its user; `None` if either is missing.
    async fn find_session_with_user(&self, id: SessionId) -> Result<Option<(Session, User)>> {
        let Some(session) = self.find_session(id).await? else {
            return Ok(None);
        };
        let user = self.find_user(session.user_id).await?;
        Ok(user.map(|user| (session, user)))
    }

    /// Returns the session and its user from a cache: a state at most
    /// [`MAX_STALENESS`](super::cache::MAX_STALENESS) old. `None` means that they are not cached.
    fn cached_session(&self, _id: SessionId) -> Option<(Session, User)> {
        None
    }

    /// Opens a session as [`insert_session`](SessionStore::insert_session) does, if its user is
    /// there, may sign in and is in the session's credential epoch. `None` if not: then nothing
    /// was stored and nothing revoked.
    ///
    /// A deletion of the account at the same time is before it or after it: no session is left
    /// behind.
    async fn open_session(
        &self,
        session: &Session,
        admission: Admission,
    ) -> Result<Option<Displaced>> {
        let user = self.find_user(session.user_id).await?;
        if user.is_none_or(|user| !session.is_of(&user)) {
            return Ok(None);
        }
        let displaced = self.insert_session(session, admission).await?;
        // A concurrent deletion could not see the session yet, so it is removed here.
        if self.find_user(session.user_id).await?.is_none() {
            self.delete_for_user(session.user_id).await?;
        }
        Ok(Some(displaced))
    }

    /// Creates a user and opens the first session: [`insert_user`](UserStore::insert_user) and
    /// [`insert_session`](SessionStore::insert_session). If the user cannot be created, nothing
    /// changes.
    async fn insert_user_with_session(
        &self,
        user: NewUser,
        session: &Session,
        admission: Admission,
    ) -> Result<(User, Displaced)> {
        let user = self.insert_user(user).await?;
        let displaced = self.insert_session(session, admission).await?;
        Ok((user, displaced))
    }

    /// Rotates, keeps, repeats or ends the session, as [`decide`](crate::domain::session::decide) says.
    ///
    /// A caller that loses the compare-and-set decides again on the new row, so every caller gets
    /// the result it would have got alone, a moment later. The loop ends: each lost turn means that
    /// the generation grew, was seen or was handed out again, or the session ended.
    async fn refresh(
        &self,
        presented: Presented,
        policy: &SessionPolicy,
        now: DateTime<Utc>,
    ) -> Result<Refreshed> {
        refresh_by_steps(self, presented, policy, now).await
    }

    /// Sets the password, ends every session and opens the successor of the one that made the
    /// change.
    async fn change_password(&self, change: PasswordChange) -> Result<PasswordChanged> {
        let PasswordChange { user_id, now, .. } = change;
        if let Some(successor) = &change.successor {
            let current = self.find_session(successor.replaces).await?;
            if current.is_none_or(|current| current.revocation.is_some()) {
                return Ok(PasswordChanged::SessionOver);
            }
        }
        let epoch = self
            .set_password(user_id, change.expected, &change.hash, now)
            .await?;
        let Some(epoch) = epoch else {
            return Ok(PasswordChanged::Stale);
        };
        let session = match change.successor {
            Some(successor) => open_successor(self, successor, epoch, now).await?,
            None => None,
        };
        let kept = session.as_ref().map(|session| session.id);
        let reason = RevocationReason::PasswordChanged;
        self.revoke_for_user(user_id, kept, reason, now).await?;
        Ok(PasswordChanged::Done { session })
    }

    /// Disables a user and ends all sessions; `None` if there is no such user.
    async fn disable_user(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<User>> {
        let user = self.set_active(id, false, now).await?;
        if user.is_some() {
            self.revoke_for_user(id, None, RevocationReason::UserDisabled, now)
                .await?;
        }
        Ok(user)
    }

    /// Removes a user and all sessions; `false` if there is no such user.
    async fn delete_account(&self, id: UserId) -> Result<bool> {
        let deleted = self.delete_user(id).await?;
        self.delete_for_user(id).await?;
        Ok(deleted)
    }
}

async fn open_successor<S: SessionStore + ?Sized>(
    sessions: &S,
    successor: Successor,
    epoch: CredentialEpoch,
    now: DateTime<Utc>,
) -> Result<Option<Session>> {
    let reason = RevocationReason::Superseded;
    if !sessions.revoke(successor.replaces, reason, now).await? {
        return Ok(None);
    }
    let mut session = successor.session;
    session.credential_epoch = epoch;
    let admission = Admission {
        cap: u32::MAX,
        replaces: None,
    };
    sessions.insert_session(&session, admission).await?;
    Ok(Some(session))
}
