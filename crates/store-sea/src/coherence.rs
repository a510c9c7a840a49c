//! Keeps the cache of a process coherent with the changes of all others, through Postgres' LISTEN
//! and NOTIFY.
//!
//! Triggers (migration 000005) send the identifier of a user in the transaction that changes the
//! user or ends one of the user's sessions, whichever program does it. Notifications come in the
//! order of the commits. A heartbeat is a notification that this process sends to itself several
//! times a second: when it arrives, every change committed before it was sent has arrived, and the
//! cache is trusted only for that long. A connection that is lost, stalled or half open, a pooler
//! that does not carry notifications and a read-only server all have the same effect: no heartbeat
//! arrives, and every read goes to the database.

use std::convert::Infallible;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgListener, PgNotification};
use sea_orm::sqlx::{self, PgPool};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;

use super::SeaStore;
use crate::connect::postgres;
use crate::database::Database;
use rocket_accounts_core::crypto::random;
use rocket_accounts_core::domain::user::UserId;
use rocket_accounts_core::store::cache::{Changed, SessionCache};
use rocket_accounts_core::store::{Error, Result};

/// The interval between heartbeats.
const HEARTBEAT: Duration = Duration::from_millis(250);
/// Without a heartbeat for this long, the connection is given up.
const SILENCE: Duration = Duration::from_secs(3);
/// The pause between attempts to listen.
const PAUSE: Duration = Duration::from_secs(1);

impl SeaStore {
    /// Listens to changes while it is polled, and keeps the cache trusted while they arrive. Does
    /// nothing without a cache.
    pub async fn stay_coherent(&self) {
        let Some(cache) = &self.cache else {
            return;
        };
        let mut was_logged = false;
        loop {
            let error = match listen(&self.database, cache).await {
                Err(error) => error,
                Ok(never) => match never {},
            };
            cache.distrust();
            // Once for each outage; a database that is down is logged by the calls that fail.
            if !was_logged {
                tracing::warn!(cause = %error, "cannot listen to changes; sessions are not cached");
            }
            was_logged = !error.is_interruption();
            sleep(PAUSE).await;
        }
    }
}

/// Why changes are not received.
#[derive(Debug, thiserror::Error)]
enum ListenError {
    #[error(transparent)]
    Never(Error),
    #[error("the connection was lost")]
    Interrupted,
}

impl ListenError {
    /// Returns whether listening worked before.
    fn is_interruption(&self) -> bool {
        matches!(self, Self::Interrupted)
    }
}

async fn listen(database: &Database, cache: &SessionCache) -> Result<Infallible, ListenError> {
    let start = async {
        let (mut listener, notifier) = postgres::listener(database.options()).await?;
        let changes = changes_channel(&notifier).await?;
        let beats = format!(
            "accounts_beat_{}",
            random::token_id().map_err(Error::failed)?
        );
        let channels = [changes.as_str(), beats.as_str()];
        listener
            .listen_all(channels)
            .await
            .map_err(Error::unavailable)?;
        Ok((listener, notifier, beats))
    };
    let (mut listener, notifier, beats) = database.call(start).await.map_err(ListenError::Never)?;
    // What was read before the listener started may have changed since.
    cache.forget(Changed::All);
    tokio::select! {
        notification = hear(&mut listener, &beats, cache) => notification,
        beaten = heartbeat(database, &notifier, &beats, cache) => beaten,
    }
}

/// Returns the channel on which the triggers of this schema notify. Fails without triggers.
async fn changes_channel(notifier: &PgPool) -> Result<String> {
    let channel = sqlx::query_scalar("SELECT accounts_changes_channel()");
    channel
        .fetch_one(notifier)
        .await
        .map_err(Error::unavailable)
}

async fn hear(
    listener: &mut PgListener,
    beats: &str,
    cache: &SessionCache,
) -> Result<Infallible, ListenError> {
    loop {
        // The listener would reconnect by itself, and changes in between would be lost.
        let Ok(Ok(Some(notification))) = timeout(SILENCE, listener.try_recv()).await else {
            return Err(ListenError::Interrupted);
        };
        note(&notification, beats, cache);
    }
}

fn note(notification: &PgNotification, beats: &str, cache: &SessionCache) {
    if notification.channel() != beats {
        let user = Uuid::try_parse(notification.payload()).map(UserId);
        cache.forget(user.map_or(Changed::All, Changed::User));
    } else if let Ok(sent) = notification.payload().parse() {
        cache.trust_since(sent);
    }
}

/// Sends the time of the cache's clock periodically over its own connection: the cache is needed
/// most while all connections of the pool wait for locks.
async fn heartbeat(
    database: &Database,
    notifier: &PgPool,
    beats: &str,
    cache: &SessionCache,
) -> Result<Infallible, ListenError> {
    let mut ticks = interval(HEARTBEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let notify = sqlx::query("SELECT pg_notify($1, $2)")
            .bind(beats)
            .bind(cache.clock().to_string());
        let call = async { Ok(notify.execute(notifier).await.map_err(Error::unavailable)?) };
        if let Err(error) = database.call(call).await {
            tracing::debug!(cause = %error, "a heartbeat could not be sent");
        }
    }
}
