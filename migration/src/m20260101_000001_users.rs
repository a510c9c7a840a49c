//! Users.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, string_len, string_len_uniq, text_null, timestamp_with_time_zone, uuid,
};
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum AccountsUser {
    Table,
    Id,
    Username,
    UsernameKey,
    FirstName,
    LastName,
    PasswordHash,
    IsActive,
    CredentialEpoch,
    CreatedAt,
    UpdatedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut key = string_len_uniq(AccountsUser::UsernameKey, 150);
        if manager.get_database_backend() == DbBackend::Postgres {
            // Pages of users are ordered by the bytes of the key, on every database and in every
            // locale. SQLite compares bytes already.
            key.extra(r#"COLLATE "C""#);
        }
        let table = Table::create()
            .table(AccountsUser::Table)
            .col(uuid(AccountsUser::Id).primary_key())
            .col(string_len(AccountsUser::Username, 150))
            .col(key)
            .col(string_len(AccountsUser::FirstName, 150))
            .col(string_len(AccountsUser::LastName, 150))
            .col(text_null(AccountsUser::PasswordHash))
            .col(boolean(AccountsUser::IsActive))
            .col(big_integer(AccountsUser::CredentialEpoch))
            .col(timestamp_with_time_zone(AccountsUser::CreatedAt))
            .col(timestamp_with_time_zone(AccountsUser::UpdatedAt))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::drop().table(AccountsUser::Table).to_owned();
        manager.drop_table(table).await
    }
}
