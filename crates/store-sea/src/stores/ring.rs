//! The record of the key ring.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, TryInsertResult};

use crate::SeaStore;
use crate::entity::micros;
use crate::entity::ring::{ActiveModel, Column, Entity, ROW, joined};
use rocket_accounts_core::domain::ring::RingIds;
use rocket_accounts_core::store::{Result, RingRecord, RingStore};

#[async_trait]
impl RingStore for SeaStore {
    async fn find_ring(&self) -> Result<Option<RingRecord>> {
        let call = async {
            let row = Entity::find_by_id(ROW).one(self.database.reader()).await?;
            Ok(row.map(RingRecord::from))
        };
        self.database.call(call).await
    }

    async fn replace_ring(
        &self,
        expected: Option<i64>,
        ring: &RingIds,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let call = async {
            let writer = self.database.writer();
            let Some(expected) = expected else {
                let first = ActiveModel {
                    id: Set(ROW),
                    revision: Set(1),
                    active: Set(ring.active.to_string()),
                    others: Set(joined(&ring.others)),
                    changed_at: Set(micros(now)),
                };
                let insert = Entity::insert(first).on_conflict_do_nothing();
                let inserted = insert.exec_without_returning(writer).await?;
                return Ok(matches!(inserted, TryInsertResult::Inserted(1)));
            };
            let update = Entity::update_many()
                .filter(Column::Id.eq(ROW))
                .filter(Column::Revision.eq(expected))
                .col_expr(Column::Revision, Expr::value(expected + 1))
                .col_expr(Column::Active, Expr::value(ring.active.as_str()))
                .col_expr(Column::Others, Expr::value(joined(&ring.others)))
                .col_expr(Column::ChangedAt, Expr::value(micros(now)));
            let updated = update.exec(writer).await?;
            Ok(updated.rows_affected > 0)
        };
        self.database.call(call).await
    }
}
