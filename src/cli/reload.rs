//! SIGHUP: the signing keys are read again, as the configuration has them now.
//!
//! The whole configuration is read and judged, as at the start; only the keys take effect. What
//! will not do is told in the log, and the keys that were in force stay so.

use rocket::fairing::AdHoc;

use super::context;
use crate::auth::Accounts;

/// Listens from the start of serving on.
#[cfg(unix)]
pub(super) fn on_hangup() -> AdHoc {
    use tokio::signal::unix::{SignalKind, signal};

    AdHoc::on_liftoff("rocket-accounts: reload", |rocket| {
        // Before anything is awaited: the signal ends a process that does not listen to it.
        let hangups = signal(SignalKind::hangup());
        let accounts = rocket.state::<Accounts>().cloned();
        let shutdown = rocket.shutdown();
        Box::pin(async move {
            match (hangups, accounts) {
                (Ok(mut hangups), Some(accounts)) => {
                    let repeat = async move {
                        while hangups.recv().await.is_some() {
                            reload(&accounts).await;
                        }
                    };
                    tokio::spawn(async move {
                        tokio::select! {
                            () = shutdown => {}
                            () = repeat => {}
                        }
                    });
                }
                (Err(error), _) => {
                    tracing::warn!(cause = %error, "SIGHUP will not reload the keys");
                }
                (Ok(_), None) => {}
            }
        })
    })
}

/// There is no such signal here.
#[cfg(not(unix))]
pub(super) fn on_hangup() -> AdHoc {
    AdHoc::on_liftoff("rocket-accounts: reload", |_| Box::pin(async {}))
}

#[cfg(unix)]
async fn reload(accounts: &Accounts) {
    const REFUSED: &str = "the signing keys were not reloaded; those from before stay in force";
    let settings = match context::settings(&context::figment()) {
        Ok((settings, _)) => settings,
        Err(error) => {
            tracing::error!(event = "keys_refused", cause = %error, "{REFUSED}");
            return;
        }
    };
    match accounts.reload_keys(&settings.keys).await {
        Ok(ring) => {
            let others: Vec<_> = ring.others.iter().map(ToString::to_string).collect();
            let (active, others) = (ring.active, others.join(" "));
            tracing::info!(event = "keys_reloaded", %active, others, "signing keys reloaded");
        }
        Err(error) => {
            let source = std::error::Error::source(&error).map(tracing::field::display);
            tracing::error!(event = "keys_refused", cause = %error, source, "{REFUSED}");
        }
    }
}
