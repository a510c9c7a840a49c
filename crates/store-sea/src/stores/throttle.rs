//! Failures in a row.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait};

use super::session_rows::purge;
use crate::SeaStore;
use crate::entity::micros;
use crate::entity::throttle::{Column, Entity};
use rocket_accounts_core::domain::throttle::{Spacing, ThrottleKey};
use rocket_accounts_core::store::{Guess, Result, ThrottleStore};

/// Returns the condition that a row admits one more guess at `now`.
fn is_due(spacing: &Spacing, now: DateTime<Utc>) -> Condition {
    let mut due = Condition::any()
        .add(Column::Failures.lt(spacing.free))
        .add(Column::LastFailureAt.gt(micros(Spacing::latest_plausible(now))));
    let steps = spacing.steps();
    for (at, (failures, wait)) in steps.iter().enumerate() {
        let is_last = at + 1 == steps.len();
        let count = if is_last {
            Column::Failures.gte(*failures)
        } else {
            Column::Failures.eq(*failures)
        };
        let passed = Column::LastFailureAt.lte(micros(now - *wait));
        due = due.add(Condition::all().add(count).add(passed));
    }
    due
}

impl SeaStore {
    /// Counts a guess in one statement; `None` if it is too soon.
    async fn count(
        &self,
        key: &ThrottleKey,
        spacing: &Spacing,
        now: DateTime<Utc>,
    ) -> Result<Option<u32>, DbErr> {
        let one_more = Expr::col((Entity, Column::Failures)).add(1);
        let again = OnConflict::column(Column::Key)
            .value(Column::Failures, one_more)
            .value(Column::LastFailureAt, Expr::value(micros(now)))
            .action_cond_where(is_due(spacing, now))
            .to_owned();
        let columns = [Column::Key, Column::Failures, Column::LastFailureAt];
        let values = [
            Expr::value(key.0.to_vec()),
            Expr::value(1_i64),
            Expr::value(micros(now)),
        ];
        let insert = Query::insert()
            .into_table(Entity)
            .columns(columns)
            .values_panic(values)
            .on_conflict(again)
            .returning_col(Column::Failures)
            .to_owned();
        let row = self.database.writer().query_one(&insert).await?;
        let failures = row.map(|row| row.try_get::<i64>("", "failures"));
        Ok(failures.transpose()?.map(saturated))
    }

    /// Returns how long until the next guess is due, for one that was too soon.
    async fn wait(
        &self,
        key: &ThrottleKey,
        spacing: &Spacing,
        now: DateTime<Utc>,
    ) -> Result<TimeDelta, DbErr> {
        let find = Entity::find_by_id(key.0.to_vec());
        let row = find.one(self.database.reader()).await?;
        Ok(row.map_or(TimeDelta::zero(), |row| {
            row.last_failure_at + spacing.after(saturated(row.failures)) - now
        }))
    }
}

fn saturated(failures: i64) -> u32 {
    u32::try_from(failures).unwrap_or(u32::MAX)
}

#[async_trait]
impl ThrottleStore for SeaStore {
    async fn count_guess(
        &self,
        key: &ThrottleKey,
        spacing: &Spacing,
        now: DateTime<Utc>,
    ) -> Result<Guess> {
        let call = async {
            loop {
                if let Some(failures) = self.count(key, spacing, now).await? {
                    return Ok(Guess::Counted { failures });
                }
                // A row that was removed between the two admits guesses again.
                let wait = self.wait(key, spacing, now).await?;
                if wait > TimeDelta::zero() {
                    return Ok(Guess::TooSoon { wait });
                }
            }
        };
        self.database.call(call).await
    }

    async fn forget_guesses(&self, key: &ThrottleKey) -> Result<bool> {
        let call = async {
            let delete = Entity::delete_by_id(key.0.to_vec());
            let deleted = delete.exec(self.database.writer()).await?;
            Ok(deleted.rows_affected > 0)
        };
        self.database.call(call).await
    }

    async fn purge_guesses(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        let call = async {
            let (writer, limit) = (self.database.writer(), u64::from(limit));
            let (key, end) = (Column::Key, Column::LastFailureAt);
            Ok(purge::<Entity, _>(writer, key, end, before, limit).await?)
        };
        self.database.call(call).await
    }
}
