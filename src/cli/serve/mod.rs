//! `serve`: the service.

pub(in crate::cli) mod logging;
pub(in crate::cli) mod reload;
pub(in crate::cli) mod stop;

use std::io;

use anyhow::{Context as _, anyhow};
use figment::Figment;
use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use rocket::shield::Shield;
use rocket::{Build, Rocket};

use self::reload::HangupSignal;
use crate::accounts::Accounts;
use crate::cli::context;
use crate::config::{Settings, StoreKind};
use crate::http::{catchers, page};

pub(super) fn run() -> anyhow::Result<()> {
    // First: until then, SIGHUP ends the process.
    let hangups = HangupSignal::listen().context("cannot listen to SIGHUP")?;
    let figment = context::figment();
    // Rocket's own part is checked before Rocket reads it, which would panic.
    let (settings, rocket_config) = context::settings(&figment)?;
    // Before Rocket is built: then Rocket logs here, filtered, and not by itself.
    logging::init(&settings.log)?;

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(rocket_config.workers)
        .max_blocking_threads(rocket_config.max_blocking)
        .thread_name("rocket-accounts")
        .enable_all()
        .build()?;
    let served = runtime.block_on(launch(figment, settings, hangups));
    runtime.shutdown_timeout(stop::BLOCKED_CALLS_ARE_LEFT_AFTER);
    served
}

/// Runs a start without connecting to the database, creating files or taking the port.
pub(super) async fn rehearse(figment: Figment, settings: Settings) -> anyhow::Result<()> {
    let stage = Accounts::builder().rehearsal().stage();
    let ignited = build(figment, settings, stage).ignite().await;
    ignited.map(drop).map_err(|error| explain(&error, 0))
}

async fn launch(figment: Figment, settings: Settings, hangups: HangupSignal) -> anyhow::Result<()> {
    let port = figment.extract_inner::<u16>("port").unwrap_or_default();
    let rocket = build(figment, settings, Accounts::stage()).attach(hangups.reload());
    let served = async { stop::serve(rocket.ignite().await?).await };
    served.await.map_err(|error| explain(&error, port))
}

/// Builds the service, for serving and for `config check`.
fn build(figment: Figment, settings: Settings, stage: AdHoc) -> Rocket<Build> {
    // For trying the service without a front end, in development.
    let shows_page = figment.profile() == "debug" && settings.frontend.is_none();
    let page = shows_page.then(|| page::routes(&settings));
    let welcome = AdHoc::on_liftoff("rocket-accounts: welcome", move |rocket| {
        let config = rocket.config();
        let at = format!("http://{}:{}{}", config.address, config.port, settings.base);
        Box::pin(async move { welcome(&at, &settings, shows_page) })
    });
    // Our own headers replace Rocket's shield.
    rocket::custom(figment)
        .attach(Shield::new())
        .attach(stage)
        .attach(welcome)
        .attach(stop::let_idle_connections_close())
        // The service owns the whole site, so unknown paths get our errors too.
        .register("/", catchers())
        .mount("/", page.unwrap_or_default())
}

fn explain(error: &rocket::Error, port: u16) -> anyhow::Error {
    match error.kind() {
        // Looking at the kind marks the error as handled, or Rocket panics over it.
        ErrorKind::FailedFairings(_) => context::Refused.into(),
        ErrorKind::Bind(error) if error.kind() == io::ErrorKind::AddrInUse => anyhow!(
            "port {port} is in use, by another program or a service that is still running: stop it, \
             or choose another port with ROCKET_PORT"
        ),
        kind => anyhow!("the service did not start: {kind}"),
    }
}

/// Logs the first lines: the address, the page to open, the store, how to create the first user.
fn welcome(at: &str, settings: &Settings, shows_page: bool) {
    let store = settings.store.kind;
    tracing::info!(url = at, origin = %settings.public_origin, "listening");
    if shows_page {
        let origin = &settings.public_origin;
        tracing::info!(page = %format_args!("{origin}/"), "open the page in a browser");
        if settings.openapi {
            let docs = format_args!("{origin}{}/docs/", settings.base);
            tracing::info!(%docs, "the API is documented");
        }
    }
    if let Some(frontend) = &settings.frontend {
        tracing::info!(folder = %frontend.folder.display(), "the front end is served at /");
    }
    if store == StoreKind::Memory {
        tracing::warn!("users and sessions are kept in memory and are lost when this process ends");
        return;
    }
    tracing::info!(
        store = store.as_str(),
        "users and sessions are kept in a database"
    );
    tracing::info!(
        "to create a user: rocket-accounts user create NAME (cargo run -- user create NAME)"
    );
}
