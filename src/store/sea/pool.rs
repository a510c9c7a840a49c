//! A database: its pools, and the deadline around every call.

use std::error::Error as _;
use std::fmt;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::PgPool;
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};

use tokio::time::timeout;

use super::connect::{self, Pools};
use super::connection_check::ConnectionCheck;
use super::dialect::Dialect;
use super::options::DatabaseOptions;
use super::outage::Outage;
use crate::domain::user::UserId;
use crate::store::{Error, Result};

/// A Postgres or SQLite database. Cheap to clone: clones share the connections.
#[derive(Clone)]
pub struct Database {
    dialect: Dialect,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    call_timeout: Duration,
    connection_check: ConnectionCheck,
    outage: Outage,
    options: Arc<DatabaseOptions>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}

impl Database {
    /// Prepares the pools; a connection is made when one is first needed, so this succeeds while
    /// a Postgres server is down. A missing SQLite file is created, and its folders, for this
    /// user alone.
    ///
    /// # Errors
    /// [`Error::Failed`] for a URL that names no database, which is not repeated;
    /// [`Error::Unavailable`] if the SQLite file cannot be created.
    #[expect(
        clippy::unused_async,
        reason = "the pools start their upkeep on the runtime, so there must be one"
    )]
    pub async fn connect(options: &DatabaseOptions) -> Result<Self> {
        let connection_check = ConnectionCheck::default();
        let pools = Pools::open(options, &connection_check)?;
        Ok(Self {
            dialect: pools.dialect,
            writer: pools.writer,
            reader: pools.reader,
            call_timeout: options.call_timeout,
            connection_check,
            outage: Outage::default(),
            options: Arc::new(options.clone()),
        })
    }

    /// Does the same without creating a SQLite file: `None` if there is none.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect).
    pub async fn connect_existing(options: &DatabaseOptions) -> Result<Option<Self>> {
        if connect::is_missing_file(options)? {
            return Ok(None);
        }
        Self::connect(options).await.map(Some)
    }

    /// Returns whether [`connect`](Self::connect) would succeed, without connecting or creating a
    /// file.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect).
    pub(crate) fn rehearse(options: &DatabaseOptions) -> Result<()> {
        connect::rehearse(options)
    }

    /// Closes all connections, waiting for those in use as long as for a call. Every later call is
    /// [`Error::Unavailable`].
    pub async fn close(&self) {
        for pool in [&self.reader, &self.writer] {
            // Not a call: a closed pool says nothing about the server.
            let closed = timeout(self.call_timeout, pool.close_by_ref()).await;
            if !matches!(closed, Ok(Ok(()))) {
                tracing::warn!("a database pool was not closed in time");
            }
        }
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if it does not.
    pub async fn ping(&self) -> Result<()> {
        let ping = async { Ok(self.reader.ping().await?) };
        self.call(ping).await
    }

    /// Returns a description of the database for an operator, without a secret.
    ///
    /// # Errors
    /// [`Error::Failed`] for a URL that names no database.
    pub fn name(&self) -> Result<String> {
        connect::name(&self.options)
    }

    /// Opens one connection beside the pool, to report at once why it cannot be opened. Waits as
    /// long as for a connection of the pool.
    ///
    /// # Errors
    /// [`Error::Unavailable`], whose source is the cause, for an operator, without the password or
    /// the URL.
    pub async fn check_connection(&self) -> Result<()> {
        let made = Self::try_connection(&self.options).await;
        made.inspect_err(|_| {
            // The caller reports it.
            self.outage.is_logged();
        })
    }

    /// Does the same without pools, and without creating a SQLite file.
    ///
    /// # Errors
    /// Those of [`check_connection`](Self::check_connection).
    pub async fn try_connection(options: &DatabaseOptions) -> Result<()> {
        connect::try_once(options).await
    }

    /// Opens two connections beside the pool: to receive notifications, and to send them.
    pub(super) async fn listener(&self) -> Result<(PgListener, PgPool)> {
        connect::listener(&self.options).await
    }

    /// Returns the connection for single reads.
    pub(super) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Returns the connection for single writes.
    pub(super) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Returns the kind of database.
    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Passes every statement from now on to `observe`.
    #[cfg(test)]
    pub(super) fn observe<F>(&mut self, observe: F)
    where
        F: Fn(&sea_orm::metric::Info<'_>) + Clone + Send + Sync + 'static,
    {
        self.reader.set_metric_callback(observe.clone());
        self.writer.set_metric_callback(observe);
    }

    /// Begins a transaction that writes. Dropped without a commit it is rolled back.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.writer.begin_with_options(self.dialect.begin()).await
    }

    /// Begins a transaction over several of a user's sessions.
    pub(super) async fn begin_for(&self, user_id: UserId) -> Result<DatabaseTransaction, DbErr> {
        let transaction = self.begin().await?;
        self.dialect.lock_user(&transaction, user_id).await?;
        Ok(transaction)
    }

    /// Runs one store call under its deadline. The database's own timeouts end a statement; this
    /// one also ends waiting for a server that does not answer at all.
    pub(super) fn call<'a, T: Send + 'a>(
        &'a self,
        work: impl Future<Output = Result<T>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T>> {
        self.within(self.call_timeout, work)
    }

    /// Cancels `work` when `limit` has passed. Boxed, because the future of a call is large.
    pub(super) fn within<'a, T: Send + 'a>(
        &'a self,
        limit: Duration,
        work: impl Future<Output = Result<T>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T>> {
        Box::pin(async move {
            let in_time = self.connection_check.watch(limit, work).await;
            let done = in_time
                .unwrap_or_else(|| Err(Error::unavailable(io::Error::from(ErrorKind::TimedOut))));
            self.note(&done);
            done
        })
    }

    /// Logs the cause of an outage once, in the background.
    fn note<T>(&self, done: &Result<T>) {
        match done {
            Err(Error::Unavailable(_)) if self.outage.begins() => {
                let database = self.clone();
                tokio::spawn(async move {
                    if let Err(error) = database.check_connection().await {
                        let cause = error.source().map(tracing::field::display);
                        tracing::error!(cause, "the database cannot be reached");
                    }
                });
            }
            Ok(_) if self.outage.ends() => tracing::info!("the database can be reached again"),
            Ok(_) | Err(_) => {}
        }
    }
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
