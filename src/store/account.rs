//! Users and sessions together: the steps that touch both.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Admission, NewUser, Result, SessionStore, UserStore};
use crate::domain::credentials::PasswordHash;
use crate::domain::session::{
    Decision, Ended, Generation, RevocationReason, Session, SessionId, SessionPolicy, decide,
};
use crate::domain::user::{CredentialEpoch, User, UserId};

/// A refresh token whose signature and times were found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presented {
    /// The session it names.
    pub session_id: SessionId,
    /// The generation it names.
    pub generation: Generation,
}

/// What came of presenting a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// The successor was made.
    Rotated(Box<Session>, User),
    /// The spent token before the newest was presented: its successor is to be handed out again.
    Repeated(Box<Session>, User),
    /// The newest token was presented and stays the newest: the client holds it.
    Kept(Box<Session>, User),
    /// Reuse was detected. `first` for the one caller that ended the session by it.
    Reused {
        /// Whose session it was.
        user: User,
        /// Whether this call ended the session.
        first: bool,
    },
    /// A generation from the future. `first` for the one caller that ended the session by it.
    Ahead {
        /// Whose session it was.
        user: User,
        /// Whether this call ended the session.
        first: bool,
    },
    /// The session was over already.
    Ended(Ended),
}

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

/// What came of a password change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordChanged {
    /// Nothing changed: the user is gone or has left the expected epoch.
    Stale,
    /// The password is the new one. `session` is the successor as stored; `None` if none was
    /// asked for, or the session it was to replace had been ended meanwhile.
    Done {
        /// The successor.
        session: Option<Session>,
    },
}

/// Both ports, with the steps that span them.
///
/// The provided methods are right over any pair of stores because a session is live only in its
/// user's credential epoch: the step on the user row is the one that counts, what follows only
/// tidies up, and a crash between the two ends too many sessions, never too few. A store that
/// holds both kinds overrides them with one transaction.
#[async_trait]
pub trait AccountStore: UserStore + SessionStore {
    /// The session and its user; `None` if either is missing.
    async fn find_session_with_user(&self, id: SessionId) -> Result<Option<(Session, User)>> {
        let Some(session) = self.find_session(id).await? else {
            return Ok(None);
        };
        let user = self.find_user(session.user_id).await?;
        Ok(user.map(|user| (session, user)))
    }

    /// The session and its user, as far as they are known without asking: of a state that was
    /// true at most [`TRUST`](super::cache::TRUST) ago. `None` says nothing.
    fn recall(&self, _id: SessionId) -> Option<(Session, User)> {
        None
    }

    /// Creates a user and opens the first session: [`insert_user`](UserStore::insert_user) and
    /// [`insert_session`](SessionStore::insert_session). If the user cannot be created, nothing
    /// changes.
    async fn insert_user_with_session(
        &self,
        user: NewUser,
        session: &Session,
        admission: Admission,
    ) -> Result<User> {
        let user = self.insert_user(user).await?;
        self.insert_session(session, admission).await?;
        Ok(user)
    }

    /// Rotates, keeps, repeats or ends the session, as [`decide`] says.
    ///
    /// A racer that loses the compare-and-set decides again on the new row, so every caller gets
    /// the answer it would have got alone, a moment later. The loop ends: each turn lost means
    /// that the generation grew, was seen or was handed out again, or the session ended.
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

/// [`AccountStore::refresh`] by the other methods of `store`.
pub(super) async fn refresh_by_steps<S: AccountStore + ?Sized>(
    store: &S,
    presented: Presented,
    policy: &SessionPolicy,
    now: DateTime<Utc>,
) -> Result<Refreshed> {
    let id = presented.session_id;
    loop {
        let Some((session, user)) = store.find_session_with_user(id).await? else {
            return Ok(Refreshed::Ended(Ended::Unknown));
        };
        match decide(&session, &user, presented.generation, policy, now) {
            Decision::Reject(ended) => return Ok(Refreshed::Ended(ended)),
            Decision::Keep if session.confirmed => {
                return Ok(Refreshed::Kept(Box::new(session), user));
            }
            Decision::Keep => {
                if store.confirm(id, session.generation, now).await? {
                    return Ok(Refreshed::Kept(Box::new(session.seen(now)), user));
                }
            }
            Decision::Repeat if !session.needs_hand_out_note(policy, now) => {
                return Ok(Refreshed::Repeated(Box::new(session), user));
            }
            Decision::Repeat => {
                if store.hand_out_again(id, session.generation, now).await? {
                    let session = Box::new(session.handed_out_again(now));
                    return Ok(Refreshed::Repeated(session, user));
                }
            }
            Decision::Rotate => {
                let rotation = session.rotation(policy, now);
                if store.rotate(&rotation).await? {
                    let session = Box::new(session.rotated(&rotation));
                    return Ok(Refreshed::Rotated(session, user));
                }
            }
            Decision::Reuse => {
                let first = store.revoke(id, RevocationReason::Reuse, now).await?;
                return Ok(Refreshed::Reused { user, first });
            }
            Decision::Ahead => {
                let first = store.revoke(id, RevocationReason::Ahead, now).await?;
                return Ok(Refreshed::Ahead { user, first });
            }
        }
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
