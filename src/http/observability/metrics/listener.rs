//! A separate listener for metrics, so that the port of the service shows none.

use std::net::SocketAddr;

use rocket::config::{Config, Shutdown};
use rocket::fairing::{AdHoc, Fairing, Info, Kind};
use rocket::{Orbit, Rocket};

use super::exposition::{self, Exposition};
use crate::http::catchers;

/// Serves `/metrics` and nothing else as long as the service runs.
pub(in crate::http) struct Listener(pub(in crate::http) SocketAddr);

#[rocket::async_trait]
impl Fairing for Listener {
    fn info(&self) -> Info {
        Info {
            name: "rocket-accounts: metrics",
            kind: Kind::Liftoff,
        }
    }

    async fn on_liftoff(&self, service: &Rocket<Orbit>) {
        let Some(exposition) = service.state::<Exposition>().cloned() else {
            return;
        };
        let config = Config {
            address: self.0.ip(),
            port: self.0.port(),
            // The service handles signals, and then stops this listener too.
            shutdown: Shutdown {
                ctrlc: false,
                signals: std::collections::HashSet::new(),
                ..Shutdown::default()
            },
            ..service.config().clone()
        };
        let rocket = rocket::custom(config)
            .manage(exposition)
            .mount("/", exposition::routes())
            .register("/", catchers())
            .attach(AdHoc::on_liftoff("rocket-accounts: metrics", |rocket| {
                let at = format!(
                    "http://{}:{}/metrics",
                    rocket.config().address,
                    rocket.config().port
                );
                Box::pin(async move { tracing::info!(url = at, "metrics are served") })
            }));
        let stop = service.shutdown();
        tokio::spawn(async move {
            if let Err(error) = serve(rocket, stop).await {
                // Looking at the kind marks the error as handled, or Rocket panics over it. The
                // service continues: metrics must not prevent sign-ins.
                tracing::error!(cause = %error.kind(), "metrics are not served");
            }
        });
    }
}

async fn serve(rocket: Rocket<rocket::Build>, stop: rocket::Shutdown) -> Result<(), rocket::Error> {
    let rocket = rocket.ignite().await?;
    let shutdown = rocket.shutdown();
    tokio::select! {
        launched = rocket.launch() => launched.map(|_| ()),
        () = async { stop.await; shutdown.notify(); std::future::pending().await } => Ok(()),
    }
}
