//! Removes ended sessions in the background.

use std::time::Duration;

use rocket::fairing::AdHoc;

use super::background;
use crate::accounts::Accounts;
use crate::config::SessionSettings;

/// Purges once after the start and then periodically.
pub(in crate::http) fn purge(settings: SessionSettings) -> AdHoc {
    background("rocket-accounts: purge", |rocket| {
        let accounts = rocket.state::<Accounts>()?.clone();
        Some(Box::pin(async move { repeat(&accounts, &settings).await }))
    })
}

async fn repeat(accounts: &Accounts, settings: &SessionSettings) {
    let every = settings
        .purge_every
        .to_std()
        .unwrap_or(Duration::from_hours(1));
    let mut clock = tokio::time::interval(every);
    loop {
        clock.tick().await;
        match accounts.purge(settings.keep_ended).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "ended sessions were removed"),
            // The next run tries again; ended sessions stay refused meanwhile.
            Err(error) => tracing::warn!(error = %error, "ended sessions could not be removed"),
        }
    }
}
