//! Sessions.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, string_len_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum AccountsSession {
    Table,
    Id,
    // No foreign key: a host application may keep its users elsewhere, in another database or
    // behind another service, and combine only our sessions with them.
    UserId,
    CredentialEpoch,
    Generation,
    RotatedAt,
    Confirmed,
    AuthenticatedAt,
    CreatedAt,
    LastUsedAt,
    IdleExpiresAt,
    AbsoluteExpiresAt,
    RevokedAt,
    RevocationReason,
    UserAgent,
    Address,
}

/// Returns the indexes besides the primary key: the sessions of a user, and the three ends of a
/// session, for the purge.
fn indexes() -> [(&'static str, AccountsSession); 4] {
    use AccountsSession as S;
    [
        ("accounts_session_user_id", S::UserId),
        ("accounts_session_idle_expires_at", S::IdleExpiresAt),
        ("accounts_session_absolute_expires_at", S::AbsoluteExpiresAt),
        ("accounts_session_revoked_at", S::RevokedAt),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(AccountsSession::Table)
            .col(uuid(AccountsSession::Id).primary_key())
            .col(uuid(AccountsSession::UserId))
            .col(big_integer(AccountsSession::CredentialEpoch))
            .col(big_integer(AccountsSession::Generation))
            .col(timestamp_with_time_zone(AccountsSession::RotatedAt))
            .col(boolean(AccountsSession::Confirmed))
            .col(timestamp_with_time_zone(AccountsSession::AuthenticatedAt))
            .col(timestamp_with_time_zone(AccountsSession::CreatedAt))
            .col(timestamp_with_time_zone(AccountsSession::LastUsedAt))
            .col(timestamp_with_time_zone(AccountsSession::IdleExpiresAt))
            .col(timestamp_with_time_zone(AccountsSession::AbsoluteExpiresAt))
            .col(timestamp_with_time_zone_null(AccountsSession::RevokedAt))
            .col(string_len_null(AccountsSession::RevocationReason, 32))
            .col(string_len_null(AccountsSession::UserAgent, 256))
            .col(string_len_null(AccountsSession::Address, 45))
            .to_owned();
        manager.create_table(table).await?;
        for (name, column) in indexes() {
            let index = Index::create()
                .name(name)
                .table(AccountsSession::Table)
                .col(column)
                .to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Dropping the table drops its indexes.
        let table = Table::drop().table(AccountsSession::Table).to_owned();
        manager.drop_table(table).await
    }
}
