//! Listening to what other processes change.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Orbit, Rocket};

use crate::store::sea::SeaStore;

/// Keeps the cache of the store coherent, until the shutdown.
pub(in crate::http) struct Coherence(pub(in crate::http) SeaStore);

#[rocket::async_trait]
impl Fairing for Coherence {
    fn info(&self) -> Info {
        Info {
            name: "rocket-accounts: coherence",
            kind: Kind::Liftoff,
        }
    }

    async fn on_liftoff(&self, rocket: &Rocket<Orbit>) {
        let store = self.0.clone();
        let shutdown = rocket.shutdown();
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown => {}
                () = store.stay_coherent() => {}
            }
        });
    }
}
