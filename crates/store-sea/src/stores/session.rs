//! Sessions.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, IntoCondition};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, UpdateMany};

use super::session_rows as rows;
use crate::SeaStore;
use crate::entity::micros;
use crate::entity::session::{Column, Entity, Model};
use crate::error::CallError;
use rocket_accounts_core::domain::session::{
    Generation, RevocationReason, Rotation, Session, SessionId,
};
use rocket_accounts_core::domain::user::UserId;
use rocket_accounts_core::store::cache::Changed;
use rocket_accounts_core::store::{Admission, Displaced, Result, SessionStore};

impl SeaStore {
    /// Finds sessions, the newest first.
    async fn newest_first(&self, filter: impl IntoCondition) -> Result<Vec<Session>> {
        let find = Entity::find()
            .filter(filter)
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id);
        let call = async {
            let rows = find.all(self.database.reader()).await?;
            rows.into_iter().map(Model::into_session).collect()
        };
        self.database.call(call).await
    }

    /// Returns whether the compare-and-set changed its row.
    async fn has_changed(&self, change: UpdateMany<Entity>) -> Result<bool> {
        let call = async {
            let updated = change.exec(self.database.writer()).await?;
            Ok(updated.rows_affected > 0)
        };
        self.database.call(call).await
    }

    /// Runs a call that opens a session and ends others.
    pub(super) async fn admitting<T: Send>(
        &self,
        session: &Session,
        admission: Admission,
        call: impl Future<Output = Result<T, CallError>> + Send,
    ) -> Result<T> {
        let admitted = self.change(Changed::User(session.user_id), call).await;
        if let (Some(cache), Some(old)) = (&self.cache, admission.replaces) {
            // It may be a session of another user of the same browser.
            cache.forget(Changed::Session(old));
        }
        admitted
    }
}

#[async_trait]
impl SessionStore for SeaStore {
    async fn insert_session(&self, session: &Session, admission: Admission) -> Result<Displaced> {
        let call = async {
            let transaction = self.database.begin_for(session.user_id).await?;
            let displaced = rows::admit(&transaction, session, admission).await?;
            transaction.commit().await?;
            Ok(displaced)
        };
        self.admitting(session, admission, call).await
    }

    async fn find_session(&self, id: SessionId) -> Result<Option<Session>> {
        let call = async {
            let find = Entity::find_by_id(id.0);
            let row = find.one(self.database.reader()).await?;
            row.map(Model::into_session).transpose()
        };
        self.database.call(call).await
    }

    async fn list_sessions(&self, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
        self.newest_first(rows::live(user_id, now)).await
    }

    async fn list_kept_sessions(&self, user_id: UserId) -> Result<Vec<Session>> {
        self.newest_first(Column::UserId.eq(user_id.0)).await
    }

    async fn count_live(&self, now: DateTime<Utc>) -> Result<Option<u64>> {
        let count = Entity::find().filter(rows::live_at(now));
        let call = async { Ok(count.count(self.database.reader()).await?) };
        self.database.call(call).await.map(Some)
    }

    async fn rotate(&self, rotation: &Rotation) -> Result<bool> {
        let now = micros(rotation.rotated_at);
        let idle = micros(rotation.idle_expires_at);
        let change = rows::update()
            .filter(Column::Id.eq(rotation.id.0))
            .filter(Column::Generation.eq(rotation.from.0))
            .filter(Column::RotatedAt.eq(micros(rotation.handed_out_at)))
            .col_expr(Column::Generation, Expr::value(rotation.from.next().0))
            .col_expr(Column::RotatedAt, Expr::value(now))
            .col_expr(Column::LastUsedAt, Expr::value(now))
            .col_expr(Column::IdleExpiresAt, Expr::value(idle))
            .col_expr(Column::Confirmed, Expr::value(false));
        self.has_changed(change).await
    }

    async fn confirm(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let change = rows::update()
            .filter(Column::Id.eq(id.0))
            .filter(Column::Generation.eq(generation.0))
            .filter(Column::Confirmed.eq(false))
            .col_expr(Column::Confirmed, Expr::value(true))
            .col_expr(Column::LastUsedAt, Expr::value(micros(now)));
        self.has_changed(change).await
    }

    async fn hand_out_again(
        &self,
        id: SessionId,
        generation: Generation,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let change = rows::update()
            .filter(Column::Id.eq(id.0))
            .filter(Column::Generation.eq(generation.0))
            .filter(Column::Confirmed.eq(false))
            .col_expr(Column::RotatedAt, Expr::value(micros(now)));
        self.has_changed(change).await
    }

    async fn reauthenticate(&self, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
        let change = rows::update()
            .filter(Column::Id.eq(id.0))
            .col_expr(Column::AuthenticatedAt, Expr::value(micros(now)));
        let call = async {
            let updated = change.exec(self.database.writer()).await?;
            Ok(updated.rows_affected > 0)
        };
        self.change(Changed::Session(id), call).await
    }

    async fn revoke(
        &self,
        id: SessionId,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let call = async { Ok(rows::revoke(self.database.writer(), id, reason, now).await?) };
        self.change(Changed::Session(id), call).await
    }

    async fn revoke_for_user(
        &self,
        user_id: UserId,
        except: Option<SessionId>,
        reason: RevocationReason,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        let call = async {
            let transaction = self.database.begin_for(user_id).await?;
            let revoked = rows::revoke_for_user(&transaction, user_id, except, reason, now).await?;
            transaction.commit().await?;
            Ok(revoked)
        };
        self.change(Changed::User(user_id), call).await
    }

    async fn purge(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        // Each session is a step of its own, so the three statements need no transaction.
        let call = async {
            let (writer, mut removed) = (self.database.writer(), 0);
            for end in rows::ENDS {
                let limit = u64::from(limit) - removed;
                removed += rows::purge::<Entity, _>(writer, Column::Id, end, before, limit).await?;
            }
            Ok(removed)
        };
        self.database.call(call).await
    }

    async fn delete_for_user(&self, user_id: UserId) -> Result<u64> {
        let call = async {
            let transaction = self.database.begin_for(user_id).await?;
            let deleted = rows::delete_for_user(&transaction, user_id).await?;
            transaction.commit().await?;
            Ok(deleted)
        };
        self.change(Changed::User(user_id), call).await
    }
}
