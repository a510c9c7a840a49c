//! On Postgres, triggers notify listeners when a user changes or a session ends, in the same
//! transaction. Listening is optional, and SQLite has no equivalent.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// One channel per schema, for databases with several sets of our tables. The payload is the
/// identifier of a user; repeated ones in a transaction are sent once.
const UP: &str = "
CREATE FUNCTION accounts_changes_channel() RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT 'accounts_' || left(encode(sha256(convert_to(n.nspname, 'UTF8')), 'hex'), 32)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = 'accounts_session'::regclass
$$;

CREATE FUNCTION accounts_session_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog
AS $$
BEGIN
    PERFORM pg_notify(
        'accounts_' || left(encode(sha256(convert_to(TG_TABLE_SCHEMA, 'UTF8')), 'hex'), 32),
        OLD.user_id::text
    );
    RETURN NULL;
END
$$;

CREATE FUNCTION accounts_user_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog
AS $$
BEGIN
    PERFORM pg_notify(
        'accounts_' || left(encode(sha256(convert_to(TG_TABLE_SCHEMA, 'UTF8')), 'hex'), 32),
        OLD.id::text
    );
    RETURN NULL;
END
$$;

CREATE TRIGGER accounts_session_changed
AFTER UPDATE OF revoked_at, authenticated_at ON accounts_session
FOR EACH ROW WHEN (
    OLD.revoked_at IS DISTINCT FROM NEW.revoked_at
    OR OLD.authenticated_at IS DISTINCT FROM NEW.authenticated_at
)
EXECUTE FUNCTION accounts_session_changed();

CREATE TRIGGER accounts_session_deleted
AFTER DELETE ON accounts_session
FOR EACH ROW WHEN (OLD.revoked_at IS NULL)
EXECUTE FUNCTION accounts_session_changed();

CREATE TRIGGER accounts_user_changed
AFTER UPDATE OR DELETE ON accounts_user
FOR EACH ROW
EXECUTE FUNCTION accounts_user_changed();
";

const DOWN: &str = "
DROP TRIGGER accounts_user_changed ON accounts_user;
DROP TRIGGER accounts_session_deleted ON accounts_session;
DROP TRIGGER accounts_session_changed ON accounts_session;
DROP FUNCTION accounts_user_changed();
DROP FUNCTION accounts_session_changed();
DROP FUNCTION accounts_changes_channel();
";

async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
