//! A user's own sessions.

use crate::auth::event::{EventKind, EventSubject};
use crate::auth::{Accounts, Error};
use crate::domain::session::{RevocationReason, Session, SessionId};
use crate::domain::user::{User, UserId};

impl Accounts {
    /// Returns the user's live sessions, newest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn list_sessions(&self, user: &User) -> Result<Vec<Session>, Error> {
        let now = self.now();
        let mut sessions = self.0.store.list_sessions(user.id, now).await?;
        sessions.retain(|session| session.ended(user, now).is_none());
        Ok(sessions)
    }

    /// Ends one of the user's own live sessions; `false` if there is none with this identifier, or
    /// if it is another user's, which must look the same.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn end_session(&self, user: &User, id: SessionId) -> Result<bool, Error> {
        let reason = RevocationReason::EndedByUser;
        self.end_own(user, id, reason, EventKind::SessionEnded)
            .await
    }

    /// Ends a session of a user, as an operator.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn end_session_of(&self, user: &User, id: SessionId) -> Result<bool, Error> {
        let reason = RevocationReason::EndedByOperator;
        let kind = EventKind::SessionsEnded { count: 1 };
        self.end_own(user, id, reason, kind).await
    }

    async fn end_own(
        &self,
        user: &User,
        id: SessionId,
        reason: RevocationReason,
        kind: EventKind,
    ) -> Result<bool, Error> {
        let now = self.now();
        let session = self.0.store.find_session(id).await?;
        let own = session.filter(|session| session.user_id == user.id);
        if own.is_none_or(|session| session.ended(user, now).is_some()) {
            return Ok(false);
        }
        let ended = self.0.store.revoke(id, reason, now).await?;
        if ended {
            let about = EventSubject {
                session: Some(id),
                ..EventSubject::user(user.id)
            };
            self.record(kind, about);
        }
        Ok(ended)
    }

    /// Ends all of a user's sessions, or all but `except`, and returns how many.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn end_sessions(
        &self,
        user: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
    ) -> Result<u64, Error> {
        let now = self.now();
        let ended = self.0.store.revoke_for_user(user, except, reason, now);
        let count = ended.await?;
        self.record(EventKind::SessionsEnded { count }, EventSubject::user(user));
        Ok(count)
    }
}
