//! The signing keys in force, by their public names, so that replicas notice if theirs differ.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, string, text, timestamp_with_time_zone};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum AccountsKeyRing {
    Table,
    Id,
    Revision,
    Active,
    Others,
    ChangedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(AccountsKeyRing::Table)
            // One row: the key has one value.
            .col(
                integer(AccountsKeyRing::Id)
                    .primary_key()
                    .check(Expr::col(AccountsKeyRing::Id).eq(1)),
            )
            .col(big_integer(AccountsKeyRing::Revision))
            .col(string(AccountsKeyRing::Active))
            .col(text(AccountsKeyRing::Others))
            .col(timestamp_with_time_zone(AccountsKeyRing::ChangedAt))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::drop().table(AccountsKeyRing::Table).to_owned();
        manager.drop_table(table).await
    }
}
