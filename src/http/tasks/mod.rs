//! Background jobs, from liftoff until the shutdown.

mod announce_keys;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod coherence;
mod purge;

use std::pin::Pin;

use rocket::fairing::AdHoc;
use rocket::{Orbit, Rocket};

pub(in crate::http) use announce_keys::announce_keys;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(in crate::http) use coherence::stay_coherent;
pub(in crate::http) use purge::purge;

/// Work that ends by itself, or with the shutdown.
pub(in crate::http) type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Returns a fairing that begins a job once requests are served.
pub(in crate::http) fn background(
    name: &'static str,
    begin: impl FnOnce(&Rocket<Orbit>) -> Option<Job> + Send + Sync + 'static,
) -> AdHoc {
    AdHoc::on_liftoff(name, |rocket| {
        Box::pin(async move {
            let Some(job) = begin(rocket) else { return };
            let shutdown = rocket.shutdown();
            tokio::spawn(async move {
                tokio::select! {
                    () = shutdown => {}
                    () = job => {}
                }
            });
        })
    })
}
