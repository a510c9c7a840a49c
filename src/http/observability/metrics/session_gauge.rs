//! Counting live sessions in the background: too dear for every scrape.

use std::time::Duration;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Orbit, Rocket};

use super::collector::LiveSessions;
use crate::auth::Accounts;

const EVERY: Duration = Duration::from_mins(1);

/// Counts after the start and then every minute, until the shutdown.
pub(in crate::http) struct CountSessions(pub(in crate::http) LiveSessions);

#[rocket::async_trait]
impl Fairing for CountSessions {
    fn info(&self) -> Info {
        Info {
            name: "rocket-accounts: count of sessions",
            kind: Kind::Liftoff,
        }
    }

    async fn on_liftoff(&self, rocket: &Rocket<Orbit>) {
        let Some(accounts) = rocket.state::<Accounts>().cloned() else {
            return;
        };
        let (live, shutdown) = (self.0.clone(), rocket.shutdown());
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown => {}
                () = repeat(&accounts, &live) => {}
            }
        });
    }
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
