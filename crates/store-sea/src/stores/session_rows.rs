//! The statements on sessions, for one connection or in a transaction.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Condition, Expr, ExprTrait, LockBehavior, LockType, Query,
    UpdateStatement, WithClause,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, UpdateMany,
};
use uuid::Uuid;

use crate::entity::micros;
use crate::entity::session::{ActiveModel, Column, Entity};
use rocket_accounts_core::domain::session::{RevocationReason, Session, SessionId};
use rocket_accounts_core::domain::user::UserId;
use rocket_accounts_core::store::{Admission, Displaced};

/// Returns an update of sessions that are not revoked. There is no other: a revoked session never
/// changes.
pub(super) fn update() -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::RevokedAt.is_null())
}

/// Returns the condition that a session of the user is neither revoked nor expired at `now`.
pub(super) fn live(user_id: UserId, now: DateTime<Utc>) -> Condition {
    live_at(now).add(Column::UserId.eq(user_id.0))
}

/// Returns the same condition for any user.
pub(super) fn live_at(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Column::IdleExpiresAt.gt(micros(now)))
        .add(Column::AbsoluteExpiresAt.gt(micros(now)))
}

fn revocation(reason: RevocationReason, now: DateTime<Utc>) -> UpdateMany<Entity> {
    update()
        .col_expr(Column::RevokedAt, Expr::value(micros(now)))
        .col_expr(Column::RevocationReason, Expr::value(reason.as_str()))
}

pub(super) async fn insert<C: ConnectionTrait>(
    connection: &C,
    session: &Session,
) -> Result<(), DbErr> {
    let insert = Entity::insert(ActiveModel::from(session)).into_query();
    connection.execute(&insert).await.map(drop)
}

pub(super) async fn revoke<C: ConnectionTrait>(
    connection: &C,
    id: SessionId,
    reason: RevocationReason,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let revoke = revocation(reason, now).filter(Column::Id.eq(id.0));
    Ok(revoke.exec(connection).await?.rows_affected > 0)
}

pub(super) async fn revoke_for_user<C: ConnectionTrait>(
    connection: &C,
    user_id: UserId,
    except: Option<SessionId>,
    reason: RevocationReason,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let mut revoke = revocation(reason, now).filter(Column::UserId.eq(user_id.0));
    if let Some(kept) = except {
        revoke = revoke.filter(Column::Id.ne(kept.0));
    }
    Ok(revoke.exec(connection).await?.rows_affected)
}

/// Stores a session, and ends those that it displaces.
pub(super) async fn admit<C: ConnectionTrait>(
    connection: &C,
    session: &Session,
    admission: Admission,
) -> Result<Displaced, DbErr> {
    let (user_id, now) = (session.user_id, session.created_at);
    let mut displaced = Displaced::default();
    if let Some(old) = admission.replaces {
        displaced.superseded = supersede(connection, old, now).await?;
    }
    let others = admission.cap.saturating_sub(1);
    displaced.evicted = evict(connection, user_id, others, now).await?;
    insert(connection, session).await?;
    Ok(displaced)
}

/// Ends the replaced session; returns it and its user.
async fn supersede<C: ConnectionTrait>(
    connection: &C,
    old: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<(SessionId, UserId)>, DbErr> {
    let revoke = revocation(RevocationReason::Superseded, now).filter(Column::Id.eq(old.0));
    let mut owners = changed(connection, revoke, Column::UserId).await?;
    Ok(owners.pop().map(|owner| (old, UserId(owner))))
}

/// Ends the user's live sessions beyond the `keep` most recently used, and returns them. Two
/// statements: most logins need only the first.
async fn evict<C: ConnectionTrait>(
    connection: &C,
    user_id: UserId,
    keep: u32,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, DbErr> {
    let excess = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(live(user_id, now))
        .order_by(Column::LastUsedAt, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .offset(u64::from(keep))
        // SQLite has no offset without a limit.
        .limit(u64::from(u32::MAX));
    let excess: Vec<Uuid> = excess.into_tuple().all(connection).await?;
    if excess.is_empty() {
        return Ok(Vec::new());
    }
    let evict = revocation(RevocationReason::Evicted, now).filter(Column::Id.is_in(excess));
    let ids = changed(connection, evict, Column::Id).await?;
    Ok(ids.into_iter().map(SessionId).collect())
}

/// Runs `update` and returns the values of `column` in the changed rows.
async fn changed<C: ConnectionTrait>(
    connection: &C,
    update: UpdateMany<Entity>,
    column: Column,
) -> Result<Vec<Uuid>, DbErr> {
    let mut statement: UpdateStatement = update.into_query();
    statement.returning_col(column);
    let rows = connection.query_all(&statement).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

pub(super) async fn delete_for_user<C: ConnectionTrait>(
    connection: &C,
    user_id: UserId,
) -> Result<u64, DbErr> {
    let delete = Entity::delete_many().filter(Column::UserId.eq(user_id.0));
    Ok(delete.exec(connection).await?.rows_affected)
}

/// The ways in which a session ends, the likeliest first.
pub(super) const ENDS: [Column; 3] = [
    Column::IdleExpiresAt,
    Column::RevokedAt,
    Column::AbsoluteExpiresAt,
];

/// Removes at most `limit` rows whose `end` was before `before`.
///
/// One end at a time: SQLite reads the whole table for an `OR` of three ranges.
pub(super) async fn purge<E: EntityTrait, C: ConnectionTrait>(
    connection: &C,
    id: E::Column,
    end: E::Column,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, DbErr> {
    // Two purges share the work, and neither waits for a row that is being changed right now.
    let doomed = E::find()
        .select_only()
        .column(id)
        .filter(end.lt(micros(before)))
        .order_by_asc(end)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    // A common table expression is evaluated once; a subquery with a limit may be evaluated for
    // each row and then removes more than the limit.
    let name = Alias::new("doomed");
    let doomed = CommonTableExpression::new()
        .table_name(name.clone())
        .column(id)
        .query(doomed.into_query())
        .to_owned();
    let ids = Query::select().column(id).from(name).to_owned();
    let delete = Query::delete()
        .from_table(E::default())
        .and_where(Expr::col(id).in_subquery(ids))
        .to_owned();
    let purge = delete.with(WithClause::new().cte(doomed).to_owned());
    Ok(connection.execute(&purge).await?.rows_affected())
}
