//! Announcing the signing keys at the start.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Orbit, Rocket};

use crate::auth::Accounts;

/// Compares the ring with the record once before requests are served. A difference keeps the
/// service from being ready, not from starting: a probe asks again and again.
pub(in crate::http) struct AnnounceKeys;

#[rocket::async_trait]
impl Fairing for AnnounceKeys {
    fn info(&self) -> Info {
        Info {
            name: "rocket-accounts: signing keys",
            kind: Kind::Liftoff,
        }
    }

    async fn on_liftoff(&self, rocket: &Rocket<Orbit>) {
        let Some(accounts) = rocket.state::<Accounts>() else {
            return;
        };
        // That they differ has its own line.
        if let Err(error) = accounts.announce_keys().await {
            tracing::warn!(cause = %error, "the signing keys could not be announced yet");
        }
    }
}
