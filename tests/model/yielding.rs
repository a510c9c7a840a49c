//! A session store that lets others run before every step, so that two calls interleave.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use rocket_accounts::domain::session::{
    Generation, RevocationReason, Rotation, Session, SessionId,
};
use rocket_accounts::domain::user::UserId;
use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts::store::{Admission, Displaced, Result, SessionStore};

#[derive(Debug)]
pub(crate) struct Yielding(pub(crate) Arc<MemoryStore>);

async fn others() {
    let mut waited = false;
    poll_fn(|_| {
        if std::mem::replace(&mut waited, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// Runs both to their ends; the bits of `turns` say who takes the next step.
pub(crate) fn interleave<A: Future, B: Future>(a: A, b: B, turns: u8) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut of_a, mut of_b) = (None, None);
    let mut context = Context::from_waker(Waker::noop());
    let mut turns = turns;
    loop {
        if of_b.is_some() || (of_a.is_none() && turns & 1 == 0) {
            if let Poll::Ready(output) = a.as_mut().poll(&mut context) {
                of_a = Some(output);
            }
        } else if let Poll::Ready(output) = b.as_mut().poll(&mut context) {
            of_b = Some(output);
        }
        match (of_a, of_b) {
            (Some(a), Some(b)) => return (a, b),
            unfinished => (of_a, of_b) = unfinished,
        }
        turns = turns.rotate_right(1);
    }
}

/// Runs a future that only ever waits for its turn.
pub(crate) fn finish<F: Future>(future: F) -> F::Output {
    interleave(future, async {}, 0).0
}

#[async_trait]
impl SessionStore for Yielding {
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<Displaced> {
        others().await;
        self.0.insert_session(session, admission).await
    }
    async fn find_session(&self, id: SessionId) -> Result<Option<Session>> {
        others().await;
        self.0.find_session(id).await
    }
    async fn list_sessions(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        others().await;
        self.0.list_sessions(user_id, now).await
    }
    async fn list_kept_sessions(&self, user_id: UserId) -> Result<Vec<Session>> {
        others().await;
        self.0.list_kept_sessions(user_id).await
    }
    async fn rotate(&self, rotation: &Rotation) -> Result<bool> {
        others().await;
        self.0.rotate(rotation).await
    }
    async fn confirm(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        others().await;
        self.0.confirm(id, generation, now).await
    }
    async fn hand_out_again(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        others().await;
        self.0.hand_out_again(id, generation, now).await
    }
    async fn reauthenticate(&self, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
        others().await;
        self.0.reauthenticate(id, now).await
    }
    async fn revoke(
        &self,
        id: SessionId,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        others().await;
        self.0.revoke(id, reason, now).await
    }
    async fn revoke_for_user(
        &self,
        user_id: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        others().await;
        self.0.revoke_for_user(user_id, except, reason, now).await
    }
    async fn purge(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        others().await;
        self.0.purge(before, limit).await
    }
    async fn delete_for_user(&self, user_id: UserId) -> Result<u64> {
        others().await;
        self.0.delete_for_user(user_id).await
    }
}
