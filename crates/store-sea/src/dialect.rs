//! The differences between Postgres and SQLite inside a transaction.

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions,
};

use super::error::Misconfigured;
use rocket_accounts_core::domain::user::UserId;

/// First key of the advisory locks on users, distinct from those of a host.
const USER_LOCKS: i32 = 0x0ACC_0017;
/// The advisory lock on the schema.
const SCHEMA_LOCK: i64 = 0x0ACC_0017_5CE3_A000;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Postgres.
    Postgres,
    /// SQLite.
    Sqlite,
}

impl Dialect {
    /// Returns the dialect of a URL, decided before a driver sees the URL, because the errors of
    /// drivers contain the parts that they cannot parse.
    pub(crate) fn of_url(url: &str) -> Result<Self, Misconfigured> {
        match url.split_once(':') {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            Some(("sqlite", _)) => Ok(Self::Sqlite),
            _ => Err(Misconfigured::Scheme),
        }
    }

    /// Returns how a transaction that writes begins.
    ///
    /// On SQLite with the lock on the file: a transaction that reads first and locks later fails at
    /// once if another writer was faster, and no busy timeout helps.
    pub(crate) fn begin(self) -> TransactionOptions {
        TransactionOptions {
            sqlite_transaction_mode: match self {
                Self::Postgres => None,
                Self::Sqlite => Some(SqliteTransactionMode::Immediate),
            },
            ..TransactionOptions::default()
        }
    }

    /// Waits until no other transaction works on the sessions of this user.
    ///
    /// Taken by every step over several of a user's sessions: it keeps the cap under concurrent
    /// logins, and two such steps cannot deadlock over the rows. An advisory lock and not the
    /// user's row, which may be in another database. Users whose identifiers fold to the same
    /// number wait for each other, which is harmless.
    pub(crate) async fn lock_user(
        self,
        transaction: &DatabaseTransaction,
        user_id: UserId,
    ) -> Result<(), DbErr> {
        match self {
            Self::Postgres => {
                let sql = "SELECT pg_advisory_xact_lock($1, $2)";
                let keys = [USER_LOCKS.into(), folded(user_id).into()];
                let lock = Statement::from_sql_and_values(DbBackend::Postgres, sql, keys);
                transaction.execute_raw(lock).await.map(drop)
            }
            // The transaction has locked the file already.
            Self::Sqlite => Ok(()),
        }
    }

    /// Waits, for a minute at most, until no other process changes the schema.
    pub(crate) async fn lock_schema(self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        match self {
            Self::Postgres => {
                let patience = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'";
                transaction.execute_unprepared(patience).await?;
                let sql = "SELECT pg_advisory_xact_lock($1)";
                let keys = [SCHEMA_LOCK.into()];
                let lock = Statement::from_sql_and_values(DbBackend::Postgres, sql, keys);
                transaction.execute_raw(lock).await.map(drop)
            }
            Self::Sqlite => Ok(()),
        }
    }
}

/// Returns the identifier as 32 bits. All of its words count: those in front are a time in a
/// `UUIDv7`.
fn folded(user_id: UserId) -> i32 {
    let words = user_id.0.as_bytes().chunks_exact(4);
    let word = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(0, |word, byte| word << 8 | i32::from(*byte))
    };
    words.map(word).fold(0, |folded, word| folded ^ word)
}
