//! Keeping the cache of one process coherent with what all others change, through Postgres'
//! LISTEN and NOTIFY.
//!
//! Triggers (migration 000005) send the identifier of a user in the transaction that changes the
//! user or ends one of the user's sessions, whichever program does it. Notifications come in the
//! order of the commits. So when a beat, a notification that this process sends to itself several
//! times a second, comes back, everything that was committed before it was sent has been heard,
//! and only that long is the cache trusted. A connection that is gone, stalled or half open, a
//! pooler that does not carry notifications and a server that only reads all look the same: no
//! beat comes back, and every read goes to the database.

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

/// Between two beats.
const BEAT: Duration = Duration::from_millis(250);
/// No beat for this long: the connection is given up.
const SILENCE: Duration = Duration::from_secs(3);
/// Between two attempts to listen.
const PAUSE: Duration = Duration::from_secs(1);

impl SeaStore {
    /// Listens to changes for as long as it is polled, and lets the cache be used while it hears
    /// them. Without a cache there is nothing to do.
    pub async fn stay_coherent(&self) {
        let Some(cache) = &self.cache else {
            return;
        };
        let mut was_told = false;
        loop {
            let error = match listen(&self.database, cache).await {
                Err(error) => error,
                Ok(never) => match never {},
            };
            cache.distrust();
            // Once for each outage; that the database is down is told by those who need it.
            if !was_told {
                tracing::warn!(cause = %error, "changes cannot be heard, nothing is cached");
            }
            was_told = !error.is_interruption();
            sleep(PAUSE).await;
        }
    }
}

/// Why nobody listens.
#[derive(Debug, thiserror::Error)]
enum Deaf {
    #[error(transparent)]
    Never(Error),
    #[error("the connection was lost")]
    Interrupted,
}

impl Deaf {
    /// Whether it worked before.
    fn is_interruption(&self) -> bool {
        matches!(self, Self::Interrupted)
    }
}

async fn listen(database: &Database, cache: &SessionCache) -> Result<Infallible, Deaf> {
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
    let (mut listener, notifier, beats) = database.call(start).await.map_err(Deaf::Never)?;
    // What was read before somebody listened may have changed since.
    cache.forget(Changed::All);
    tokio::select! {
        heard = hear(&mut listener, &beats, cache) => heard,
        beaten = beat(database, &notifier, &beats, cache) => beaten,
    }
}

/// The channel on which the triggers of this schema notify. Fails where there are no triggers.
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
) -> Result<Infallible, Deaf> {
    loop {
        // The listener would connect again by itself, and what happened meanwhile would be lost.
        let Ok(Ok(Some(heard))) = timeout(SILENCE, listener.try_recv()).await else {
            return Err(Deaf::Interrupted);
        };
        note(&heard, beats, cache);
    }
}

fn note(heard: &PgNotification, beats: &str, cache: &SessionCache) {
    if heard.channel() != beats {
        let user = Uuid::try_parse(heard.payload()).map(UserId);
        cache.forget(user.map_or(Changed::All, Changed::User));
    } else if let Ok(sent) = heard.payload().parse() {
        cache.trust_since(sent);
    }
}

/// Sends the time of the cache's clock, again and again, over a connection of its own: while all
/// those of the pool wait for locks, the cache is needed most.
async fn beat(
    database: &Database,
    notifier: &PgPool,
    beats: &str,
    cache: &SessionCache,
) -> Result<Infallible, Deaf> {
    let mut ticks = interval(BEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let notify = sqlx::query("SELECT pg_notify($1, $2)")
            .bind(beats)
            .bind(cache.clock().to_string());
        let call = async { Ok(notify.execute(notifier).await.map_err(Error::unavailable)?) };
        if let Err(error) = database.call(call).await {
            tracing::debug!(cause = %error, "a beat could not be sent");
        }
    }
}
