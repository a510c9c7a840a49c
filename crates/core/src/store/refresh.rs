//! Presenting a refresh token, in steps that are compare-and-sets.

use chrono::{DateTime, Utc};

use super::{AccountStore, Result};
use crate::domain::session::{
    Decision, Ended, Generation, RevocationReason, Session, SessionId, SessionPolicy, decide,
};
use crate::domain::user::User;

/// A refresh token whose signature and times were verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presented {
    /// The session it names.
    pub session_id: SessionId,
    /// The generation it names.
    pub generation: Generation,
}

/// The result of presenting a refresh token.
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

/// Implements [`AccountStore::refresh`] by the other methods of `store`.
pub async fn refresh_by_steps<S: AccountStore + ?Sized>(
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
