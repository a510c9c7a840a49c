//! A database: its pools, and the deadline around every call.

mod load;
mod outage;
mod schema;

use std::error::Error as _;
use std::fmt;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};

use tokio::time::timeout;

use rocket_accounts_core::domain::user::UserId;
use rocket_accounts_core::store::{Error, Result};

use self::outage::Outage;
use crate::connect::{self, Pools};
use crate::connection_check::ConnectionCheck;
use crate::dialect::Dialect;
use crate::error::CallError;
use crate::options::DatabaseOptions;

pub use self::load::PoolLoad;
pub use self::schema::{Losses, MigrationStatus};

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
    pub fn rehearse(options: &DatabaseOptions) -> Result<()> {
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

    /// Returns how it was connected to.
    #[cfg(feature = "postgres")]
    pub(crate) fn options(&self) -> &DatabaseOptions {
        &self.options
    }

    /// Where single reads go.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Where single writes go.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Returns the kind of database.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Passes every statement from now on to `observe`.
    #[cfg(all(test, feature = "sqlite"))]
    pub(crate) fn observe<F>(&mut self, observe: F)
    where
        F: Fn(&sea_orm::metric::Info<'_>) + Clone + Send + Sync + 'static,
    {
        self.reader.set_metric_callback(observe.clone());
        self.writer.set_metric_callback(observe);
    }

    /// Begins a transaction that writes. Dropped without a commit it is rolled back.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.writer.begin_with_options(self.dialect.begin()).await
    }

    /// Begins a transaction over several of a user's sessions.
    pub(crate) async fn begin_for(&self, user_id: UserId) -> Result<DatabaseTransaction, DbErr> {
        let transaction = self.begin().await?;
        self.dialect.lock_user(&transaction, user_id).await?;
        Ok(transaction)
    }

    /// Runs one store call under its deadline. The database's own timeouts end a statement; this
    /// one also ends waiting for a server that does not answer at all.
    pub(crate) fn call<'a, T: Send + 'a>(
        &'a self,
        work: impl Future<Output = Result<T, CallError>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T>> {
        self.within(self.call_timeout, work)
    }

    /// Cancels `work` when `limit` has passed. Boxed, because the future of a call is large.
    pub(crate) fn within<'a, T: Send + 'a>(
        &'a self,
        limit: Duration,
        work: impl Future<Output = Result<T, CallError>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T>> {
        Box::pin(async move {
            let in_time = self.connection_check.watch(limit, work).await;
            let late = || Err(Error::unavailable(io::Error::from(ErrorKind::TimedOut)));
            let done = in_time.map_or_else(late, |done| done.map_err(Error::from));
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
