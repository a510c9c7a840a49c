//! Announcing the signing keys at the start.

use rocket::fairing::AdHoc;
use rocket::{Orbit, Rocket};

use crate::accounts::Accounts;

/// Compares the ring with the record once before requests are served. With a difference the service
/// starts but is not ready: the probe checks it each time.
pub(in crate::http) fn announce_keys() -> AdHoc {
    AdHoc::on_liftoff("rocket-accounts: signing keys", |rocket| {
        Box::pin(announce(rocket))
    })
}

async fn announce(rocket: &Rocket<Orbit>) {
    let Some(accounts) = rocket.state::<Accounts>() else {
        return;
    };
    // A difference is logged separately.
    if let Err(error) = accounts.announce_keys().await {
        tracing::warn!(cause = %error, "the signing keys could not be announced yet");
    }
}
