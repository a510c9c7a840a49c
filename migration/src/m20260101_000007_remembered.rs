//! Whether a session outlives its browser.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::boolean;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum AccountsSession {
    Table,
    Remembered,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The default is for existing sessions, and for replicas of the previous version, which
        // open sessions without this column during an upgrade.
        let remembered = boolean(AccountsSession::Remembered)
            .default(true)
            .to_owned();
        let table = Table::alter()
            .table(AccountsSession::Table)
            .add_column(remembered)
            .to_owned();
        manager.alter_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table(AccountsSession::Table)
            .drop_column(AccountsSession::Remembered)
            .to_owned();
        manager.alter_table(table).await
    }
}
