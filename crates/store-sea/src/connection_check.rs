//! Validates pooled connections after a cancelled call.
//!
//! The driver pings a connection that comes back to the pool, without a deadline. After a call that
//! was cancelled, because its deadline passed or its client hung up, the server may never answer (a
//! firewall that dropped the connection, a host that is gone), and the connection would stay in the
//! pool until TCP gives up, which takes a quarter of an hour. So for a while after a cancelled call
//! every connection that is returned has to answer quickly, or it is closed.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sea_orm::sqlx::{self, Connection};
use tokio::time::timeout;

/// The limit within which a returned connection has to answer.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);
/// How long connections are checked after a cancelled call, whose connection is returned at once.
const WATCH_FOR: Duration = Duration::from_secs(5);

/// The last time that a call was cancelled.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionCheck {
    born: Instant,
    /// Milliseconds after `born` until which connections are checked.
    watched_until: Arc<AtomicU64>,
}

impl Default for ConnectionCheck {
    fn default() -> Self {
        Self {
            born: Instant::now(),
            watched_until: Arc::default(),
        }
    }
}

impl ConnectionCheck {
    fn clock(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn note(&self) {
        let watch = u64::try_from(WATCH_FOR.as_millis()).unwrap_or_default();
        let until = self.clock().saturating_add(watch);
        self.watched_until.fetch_max(until, Ordering::SeqCst);
    }

    /// Runs a call for at most `limit`; `None` if it was cancelled. The cancellation is noted
    /// before the connection is returned to the pool, also if this future is dropped.
    pub(crate) async fn watch<T>(
        &self,
        limit: Duration,
        call: impl Future<Output = T>,
    ) -> Option<T> {
        // Dropped in reverse order: the cancellation is noted before the call is dropped.
        let mut call = std::pin::pin!(call);
        let mut unless_done = Note(Some(self));
        let done = timeout(limit, call.as_mut()).await.ok();
        if done.is_some() {
            unless_done.0 = None;
        }
        done
    }

    /// Returns whether a connection may go back into the pool.
    pub(crate) async fn is_usable<C: Connection>(&self, connection: &mut C) -> sqlx::Result<bool> {
        if self.clock() >= self.watched_until.load(Ordering::SeqCst) {
            return Ok(true);
        }
        match timeout(ANSWER_WITHIN, connection.ping()).await {
            Ok(answer) => answer.map(|()| true),
            // An error makes the pool drop the connection without telling the server.
            Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
        }
    }
}

struct Note<'a>(Option<&'a ConnectionCheck>);

impl Drop for Note<'_> {
    fn drop(&mut self) {
        if let Some(connection_check) = self.0 {
            connection_check.note();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_watching(connection_check: &ConnectionCheck) -> bool {
        connection_check.clock() < connection_check.watched_until.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn calls_that_end_are_not_noted_and_others_are() {
        let connection_check = ConnectionCheck::default();
        let long = Duration::from_secs(9);
        assert_eq!(connection_check.watch(long, async { 7 }).await, Some(7));
        assert!(!is_watching(&connection_check));

        let never = std::future::pending::<()>();
        assert_eq!(connection_check.watch(Duration::ZERO, never).await, None);
        assert!(is_watching(&connection_check));
    }

    #[tokio::test]
    async fn a_call_that_nobody_polls_any_more_is_noted_before_it_ends() {
        /// Checks, when it is dropped, whether the cancellation was noted.
        struct Look(ConnectionCheck);
        impl Drop for Look {
            fn drop(&mut self) {
                assert!(is_watching(&self.0));
            }
        }
        let connection_check = ConnectionCheck::default();
        let look = Look(connection_check.clone());
        let call = async move {
            let _look = look;
            std::future::pending::<()>().await;
        };
        let mut pending = Box::pin(connection_check.watch(Duration::from_secs(9), call));
        assert!(timeout(Duration::ZERO, pending.as_mut()).await.is_err());
        drop(pending);
        assert!(is_watching(&connection_check));
    }
}
