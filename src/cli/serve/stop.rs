//! Stopping the service: requests in flight are finished, then the database is closed.

use std::sync::Arc;
use std::time::Duration;

use rocket::error::ErrorKind;
use rocket::fairing::{AdHoc, Fairing};
use rocket::{Error, Ignite, Orbit, Rocket};
use tokio::time::{Instant, sleep};

use rocket_accounts_store_sea::Database;

/// Much longer than idle connections take to close, and short for clients that connect meanwhile.
const IDLE_CONNECTIONS_CLOSE: Duration = Duration::from_millis(100);
/// How often to check whether the last connection has closed.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How long to wait for calls that block a thread, such as reading from a mount that hangs.
pub(in crate::cli) const BLOCKED_CALLS_ARE_LEFT_AFTER: Duration = Duration::from_secs(1);

/// Gives idle connections the time to close. Rocket checks once, right after its shutdown fairings,
/// whether any connection is left, and if so waits for the whole grace.
pub(in crate::cli) fn let_idle_connections_close() -> impl Fairing {
    AdHoc::on_shutdown("rocket-accounts: idle connections", |_| {
        Box::pin(sleep(IDLE_CONNECTIONS_CLOSE))
    })
}

/// Serves until the shutdown is complete.
pub(in crate::cli) async fn serve(rocket: Rocket<Ignite>) -> Result<(), Error> {
    let shutdown = rocket.shutdown();
    let began = tokio::spawn(async move {
        shutdown.await;
        tracing::info!("stopping: requests in flight are finished first");
        Instant::now()
    });
    match rocket.launch().await {
        Ok(rocket) => close(rocket.state()).await,
        Err(error) => {
            // Looking at the kind marks the error as handled, or Rocket panics over it.
            let ErrorKind::Shutdown(rocket, None) = error.kind() else {
                return Err(error);
            };
            let began = began.await.unwrap_or_else(|_| Instant::now());
            drain(rocket, began).await;
            close(rocket.state()).await;
        }
    }
    Ok(())
}

/// Waits for the remaining connections, as long as Rocket should have.
///
/// Rocket 0.5.2 watches for the shutdown in two places. If the accept loop sees it first,
/// `launch` returns at once with an error while requests are in flight. Each connection holds the
/// instance, and ends by itself when grace and mercy are over.
async fn drain(rocket: &Arc<Rocket<Orbit>>, began: Instant) {
    let limits = &rocket.config().shutdown;
    let limit = Duration::from_secs(u64::from(limits.grace) + u64::from(limits.mercy));
    while Arc::strong_count(rocket) > 1 {
        if began.elapsed() > limit {
            tracing::warn!("stopped although requests were in flight");
            return;
        }
        sleep(LOOK_EVERY).await;
    }
}

async fn close(database: Option<&Database>) {
    if let Some(database) = database {
        database.close().await;
    }
}
