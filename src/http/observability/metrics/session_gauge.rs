//! Counts live sessions in the background, because it is too slow for every scrape.

use std::time::Duration;

use rocket::fairing::AdHoc;

use super::collector::LiveSessions;
use crate::accounts::Accounts;
use crate::http::tasks::background;

const EVERY: Duration = Duration::from_mins(1);

/// Counts after the start and then every minute.
pub(in crate::http) fn count_sessions(live: LiveSessions) -> AdHoc {
    background("rocket-accounts: count of sessions", |rocket| {
        let accounts = rocket.state::<Accounts>()?.clone();
        Some(Box::pin(async move { repeat(&accounts, &live).await }))
    })
}

async fn repeat(accounts: &Accounts, live: &LiveSessions) {
    let mut clock = tokio::time::interval(EVERY);
    loop {
        clock.tick().await;
        match accounts.store().count_live(accounts.now()).await {
            Ok(Some(count)) => live.set(count),
            // This store does not count.
            Ok(None) => return,
            Err(error) => tracing::debug!(%error, "live sessions could not be counted"),
        }
    }
}
