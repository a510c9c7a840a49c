//! Users.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict, Query, UpdateStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Iterable, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, UpdateMany,
};

use crate::SeaStore;
use crate::entity::micros;
use crate::entity::user::{ActiveModel, Column, Entity, HashText, Model};
use crate::error::CallError;
use rocket_accounts_core::domain::credentials::{PasswordHash, UsernameKey};
use rocket_accounts_core::domain::user::{Account, CredentialEpoch, User, UserId};
use rocket_accounts_core::store::cache::Changed;
use rocket_accounts_core::store::{Error, NewUser, Result, UserStore};

fn update(id: UserId) -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::Id.eq(id.0))
}

fn next_epoch(update: UpdateMany<Entity>) -> UpdateMany<Entity> {
    let next = Expr::col(Column::CredentialEpoch).add(1);
    update.col_expr(Column::CredentialEpoch, next)
}

/// Returns the row as `update` leaves it. Each column is named, so that a statement prepared before
/// a migration stays valid after it.
async fn updated<C: ConnectionTrait>(
    connection: &C,
    update: UpdateMany<Entity>,
) -> Result<Option<User>, CallError> {
    let mut statement: UpdateStatement = update.into_query();
    statement.returning(Query::returning().columns(Column::iter()));
    let row = connection.query_one(&statement).await?;
    let row = row.map(|row| Model::from_query_result(&row, ""));
    row.transpose()?.map(Model::into_user).transpose()
}

/// Inserts a user, unless the name is taken.
pub(super) async fn insert<C: ConnectionTrait>(
    connection: &C,
    user: NewUser,
) -> Result<User, CallError> {
    let account = user.into_account();
    let user = account.user.clone();
    // A taken key inserts nothing; a taken identifier violates the primary key. So the two are
    // distinguished without a further query.
    let mut insert = Entity::insert(ActiveModel::from(account)).into_query();
    insert.on_conflict(
        OnConflict::column(Column::UsernameKey)
            .do_nothing()
            .to_owned(),
    );
    let inserted = connection.execute(&insert).await?;
    match inserted.rows_affected() {
        0 => Err(Error::UsernameTaken.into()),
        _ => Ok(user),
    }
}

/// Sets a password and starts a new epoch, if the user is in the `expected` one.
pub(super) async fn set_password<C: ConnectionTrait>(
    connection: &C,
    id: UserId,
    expected: Option<CredentialEpoch>,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<Option<CredentialEpoch>, CallError> {
    let mut change = next_epoch(update(id))
        .col_expr(Column::PasswordHash, Expr::value(HashText::from(hash)))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)));
    if let Some(epoch) = expected {
        change = change.filter(Column::CredentialEpoch.eq(epoch.0));
    }
    let user = updated(connection, change).await?;
    Ok(user.map(|user| user.credential_epoch))
}

/// Enables or disables a user; disabling starts a new epoch.
pub(super) async fn set_active<C: ConnectionTrait>(
    connection: &C,
    id: UserId,
    is_active: bool,
    now: DateTime<Utc>,
) -> Result<Option<User>, CallError> {
    let mut change = update(id)
        .col_expr(Column::IsActive, Expr::value(is_active))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)));
    if !is_active {
        change = next_epoch(change);
    }
    updated(connection, change).await
}

/// Returns the user, and locks the row against deletion until the transaction ends.
pub(super) async fn find_to_stay<C: ConnectionTrait>(
    connection: &C,
    id: UserId,
) -> Result<Option<User>, CallError> {
    let find = Entity::find_by_id(id.0).lock(LockType::KeyShare);
    let row = find.one(connection).await?;
    row.map(Model::into_user).transpose()
}

/// Removes a user; `false` if there is none.
pub(super) async fn delete<C: ConnectionTrait>(connection: &C, id: UserId) -> Result<bool, DbErr> {
    let deleted = Entity::delete_by_id(id.0).exec(connection).await?;
    Ok(deleted.rows_affected > 0)
}

#[async_trait]
impl UserStore for SeaStore {
    async fn insert_user(&self, user: NewUser) -> Result<User> {
        let call = insert(self.database.writer(), user);
        self.database.call(call).await
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        let account = self.find_account_by_id(id).await?;
        Ok(account.map(|account| account.user))
    }

    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>> {
        let find = Entity::find().filter(Column::UsernameKey.eq(key.as_str()));
        let call = async {
            let row = find.one(self.database.reader()).await?;
            row.map(Model::into_account).transpose()
        };
        self.database.call(call).await
    }

    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        let call = async {
            let find = Entity::find_by_id(id.0);
            let row = find.one(self.database.reader()).await?;
            row.map(Model::into_account).transpose()
        };
        self.database.call(call).await
    }

    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>> {
        let mut find = Entity::find()
            .order_by_asc(Column::UsernameKey)
            .limit(u64::from(limit));
        if let Some(key) = after {
            find = find.filter(Column::UsernameKey.gt(key.as_str()));
        }
        let call = async {
            let rows = find.all(self.database.reader()).await?;
            rows.into_iter().map(Model::into_user).collect()
        };
        self.database.call(call).await
    }

    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        let mut change = update(id).col_expr(Column::UpdatedAt, Expr::value(micros(now)));
        if let Some(name) = first_name {
            change = change.col_expr(Column::FirstName, Expr::value(name));
        }
        if let Some(name) = last_name {
            change = change.col_expr(Column::LastName, Expr::value(name));
        }
        let call = updated(self.database.writer(), change);
        self.change(Changed::User(id), call).await
    }

    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        let change = update(id)
            .filter(Column::PasswordHash.eq(HashText::from(old)))
            .col_expr(Column::PasswordHash, Expr::value(HashText::from(new)));
        let call = async {
            let updated = change.exec(self.database.writer()).await?;
            Ok(updated.rows_affected > 0)
        };
        self.database.call(call).await
    }

    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>> {
        let call = set_password(self.database.writer(), id, expected, hash, now);
        self.change(Changed::User(id), call).await
    }

    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        let call = set_active(self.database.writer(), id, is_active, now);
        self.change(Changed::User(id), call).await
    }

    async fn delete_user(&self, id: UserId) -> Result<bool> {
        let call = async { Ok(delete(self.database.writer(), id).await?) };
        self.change(Changed::User(id), call).await
    }
}
