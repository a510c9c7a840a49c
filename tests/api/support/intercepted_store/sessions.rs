//! The sessions of the intercepted store.

use super::InterceptedStore;

use chrono::{DateTime, Utc};
use rocket_accounts::domain::revocation::RevocationReason;
use rocket_accounts::domain::session::{Generation, Rotation, Session, SessionId};
use rocket_accounts::domain::user::UserId;
use rocket_accounts::store::{Admission, Displaced, Result, SessionStore};

#[rocket::async_trait]
impl SessionStore for InterceptedStore {
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<Displaced> {
        self.delayed()
            .await
            .insert_session(session, admission)
            .await
    }

    async fn find_session(&self, id: SessionId) -> Result<Option<Session>> {
        self.delayed().await.find_session(id).await
    }

    async fn list_sessions(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        self.delayed().await.list_sessions(user_id, now).await
    }

    async fn list_kept_sessions(&self, user_id: UserId) -> Result<Vec<Session>> {
        self.delayed().await.list_kept_sessions(user_id).await
    }

    async fn rotate(&self, rotation: &Rotation) -> Result<bool> {
        self.delayed().await.rotate(rotation).await
    }

    async fn confirm(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.delayed().await.confirm(id, generation, now).await
    }

    async fn hand_out_again(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.delayed()
            .await
            .hand_out_again(id, generation, now)
            .await
    }

    async fn reauthenticate(&self, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
        self.delayed().await.reauthenticate(id, now).await
    }

    async fn revoke(
        &self,
        id: SessionId,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.delayed().await.revoke(id, reason, now).await
    }

    async fn revoke_for_user(
        &self,
        user_id: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        let store = self.delayed().await;
        store.revoke_for_user(user_id, except, reason, now).await
    }

    async fn purge(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        self.delayed().await.purge(before, limit).await
    }

    async fn delete_for_user(&self, user_id: UserId) -> Result<u64> {
        self.delayed().await.delete_for_user(user_id).await
    }
}
