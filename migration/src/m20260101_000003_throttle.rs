//! Failures in a row, by a keyed hash of the name.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, binary_len, timestamp_with_time_zone};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum AccountsThrottle {
    Table,
    // No reference to a user: unknown names are counted too.
    Key,
    Failures,
    LastFailureAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(AccountsThrottle::Table)
            .col(binary_len(AccountsThrottle::Key, 32).primary_key())
            .col(big_integer(AccountsThrottle::Failures))
            .col(timestamp_with_time_zone(AccountsThrottle::LastFailureAt))
            .to_owned();
        manager.create_table(table).await?;
        // For the purge.
        let index = Index::create()
            .name("accounts_throttle_last_failure_at")
            .table(AccountsThrottle::Table)
            .col(AccountsThrottle::LastFailureAt)
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Dropping the table drops its index.
        let table = Table::drop().table(AccountsThrottle::Table).to_owned();
        manager.drop_table(table).await
    }
}
