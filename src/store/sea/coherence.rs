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
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;

use super::SeaStore;
use super::dialect::Dialect;
use super::pool::Database;
use crate::crypto::random;
use crate::domain::user::UserId;
use crate::store::cache::{Changed, SessionCache, TRUST};
use crate::store::{Error, Result};

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

impl Database {
    /// Waits until every process that caches what is in this database knows what was committed
    /// before the call: it has heard of it, or does not trust its cache any more.
    pub async fn until_heard(&self) {
        if self.dialect() == Dialect::Postgres {
            sleep(TRUST).await;
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
        let changes = changes_channel(database).await?;
        let beats = format!(
            "accounts_beat_{}",
            random::token_id().map_err(Error::failed)?
        );
        let mut listener = database.listener().await?;
        let channels = [changes.as_str(), beats.as_str()];
        listener
            .listen_all(channels)
            .await
            .map_err(Error::unavailable)?;
        Ok((listener, beats))
    };
    let (mut listener, beats) = database.call(start).await.map_err(Deaf::Never)?;
    // What was read before somebody listened may have changed since.
    cache.forget(Changed::All);
    tokio::select! {
        heard = hear(&mut listener, &beats, cache) => heard,
        beaten = beat(database, &beats, cache) => beaten,
    }
}

/// The channel on which the triggers of this schema notify. Fails where there are no triggers.
async fn changes_channel(database: &Database) -> Result<String> {
    let sql = "SELECT accounts_changes_channel() AS channel";
    let select = Statement::from_string(DbBackend::Postgres, sql);
    let row = database.reader().query_one_raw(select).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("channel".to_owned()))?;
    Ok(row.try_get("", "channel")?)
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

/// Sends the time of the cache's clock, again and again. Over the pool: a pool without a free
/// connection is a store in trouble.
async fn beat(database: &Database, beats: &str, cache: &SessionCache) -> Result<Infallible, Deaf> {
    let mut ticks = interval(BEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let values = [beats.into(), cache.clock().to_string().into()];
        let sql = "SELECT pg_notify($1, $2)";
        let notify = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        let call = async { Ok(database.writer().execute_raw(notify).await?) };
        if let Err(error) = database.call(call).await {
            tracing::debug!(cause = %error, "a beat could not be sent");
        }
    }
}
