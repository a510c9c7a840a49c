//! Removing ended sessions in the background.

use std::time::Duration;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Orbit, Rocket};

use crate::auth::Accounts;
use crate::config::SessionSettings;

/// Purges once after the start and then again and again, until the shutdown.
pub(in crate::http) struct Purge(pub(in crate::http) SessionSettings);

#[rocket::async_trait]
impl Fairing for Purge {
    fn info(&self) -> Info {
        Info {
            name: "rocket-accounts: purge",
            kind: Kind::Liftoff,
        }
    }

    async fn on_liftoff(&self, rocket: &Rocket<Orbit>) {
        let Some(accounts) = rocket.state::<Accounts>().cloned() else {
            return;
        };
        let settings = self.0.clone();
        let shutdown = rocket.shutdown();
        tokio::spawn(async move {
            let purge = repeat(&accounts, &settings);
            tokio::select! {
                () = shutdown => {}
                () = purge => {}
            }
        });
    }
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
            // The next turn tries again; what ended stays refused meanwhile.
            Err(error) => tracing::warn!(error = %error, "ended sessions could not be removed"),
        }
    }
}
