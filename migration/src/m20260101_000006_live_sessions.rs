//! Every end of a session is announced, and the live sessions of a user are found without reading
//! ended ones.
//!
//! The triggers of [000005](super::m20260101_000005_changes) stay: these add to them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// On a large table create the index beforehand, with the same name and CONCURRENTLY: creating it
/// here blocks writers. `IF NOT EXISTS` then skips it.
const INDEX: &str = "
CREATE INDEX IF NOT EXISTS accounts_session_live
ON accounts_session (user_id, idle_expires_at) WHERE revoked_at IS NULL
";

const DROP_INDEX: &str = "DROP INDEX accounts_session_live";

/// A rotation only moves ends into the future and increments the generation, so it is not
/// announced.
///
/// ALWAYS: a connection with `session_replication_role = replica` can end sessions too.
const UP: &str = "
CREATE TRIGGER accounts_session_altered
AFTER UPDATE ON accounts_session
FOR EACH ROW WHEN (
    OLD.id IS DISTINCT FROM NEW.id
    OR OLD.user_id IS DISTINCT FROM NEW.user_id
    OR OLD.credential_epoch IS DISTINCT FROM NEW.credential_epoch
    OR OLD.absolute_expires_at IS DISTINCT FROM NEW.absolute_expires_at
    OR OLD.idle_expires_at > NEW.idle_expires_at
    OR OLD.generation > NEW.generation
)
EXECUTE FUNCTION accounts_session_changed();

CREATE FUNCTION accounts_table_emptied() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog
AS $$
BEGIN
    PERFORM pg_notify(
        'accounts_' || left(encode(sha256(convert_to(TG_TABLE_SCHEMA, 'UTF8')), 'hex'), 32),
        'all'
    );
    RETURN NULL;
END
$$;

CREATE TRIGGER accounts_session_emptied
AFTER TRUNCATE ON accounts_session
EXECUTE FUNCTION accounts_table_emptied();

CREATE TRIGGER accounts_user_emptied
AFTER TRUNCATE ON accounts_user
EXECUTE FUNCTION accounts_table_emptied();

ALTER TABLE accounts_session
    ENABLE ALWAYS TRIGGER accounts_session_changed,
    ENABLE ALWAYS TRIGGER accounts_session_deleted,
    ENABLE ALWAYS TRIGGER accounts_session_altered,
    ENABLE ALWAYS TRIGGER accounts_session_emptied;

ALTER TABLE accounts_user
    ENABLE ALWAYS TRIGGER accounts_user_changed,
    ENABLE ALWAYS TRIGGER accounts_user_emptied;
";

const DOWN: &str = "
ALTER TABLE accounts_session
    ENABLE TRIGGER accounts_session_changed,
    ENABLE TRIGGER accounts_session_deleted;
ALTER TABLE accounts_user ENABLE TRIGGER accounts_user_changed;
DROP TRIGGER accounts_user_emptied ON accounts_user;
DROP TRIGGER accounts_session_emptied ON accounts_session;
DROP TRIGGER accounts_session_altered ON accounts_session;
DROP FUNCTION accounts_table_emptied();
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(INDEX).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            connection.execute_unprepared(UP).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            connection.execute_unprepared(DOWN).await?;
        }
        connection.execute_unprepared(DROP_INDEX).await?;
        Ok(())
    }
}
