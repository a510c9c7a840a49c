//! The routes at their place.

use std::sync::Arc;

use rocket::{Build, Rocket};

use super::cors::Cors;
use super::forms::without_forms;
use super::frontend;
use super::metrics::{self, CountSessions, Exposition, Listener, LiveSessions, Metrics};
use super::patience::patient;
use super::routes;
use super::site::Site;
use super::trace::{self, Observe};
use crate::config::Settings;

/// Mounts the routes, and what watches them.
pub(super) fn mount(
    mut rocket: Rocket<Build>,
    settings: &Settings,
    metrics: Option<Arc<Metrics>>,
) -> Rocket<Build> {
    let mut routes = routes::all();
    if let (Some(metrics), Some(site)) = (&metrics, rocket.state::<Site>()) {
        let live = LiveSessions::default();
        let site = (site.accounts.clone(), site.database.clone());
        let exposition = Exposition::new(metrics, site, live.clone(), &settings.metrics);
        rocket = rocket.manage(exposition).attach(CountSessions(live));
        if settings.metrics.token.is_some() {
            routes.extend(metrics::routes());
        }
    }
    if let Some(address) = settings.metrics.address {
        rocket = rocket.attach(Listener(address));
    }
    if !settings.cors.allowed_origins.is_empty() {
        rocket = rocket.attach(Cors::new(&settings.cors));
    }
    routes = patient(without_forms(routes));
    if settings.log.trace {
        routes = trace::spanned(routes);
    }
    let observe = Observe {
        trace: settings.log.trace,
        lines: settings.log.requests,
        metrics,
    };
    if observe.is_needed() {
        rocket = rocket.attach(observe);
    }
    rocket
        .mount(settings.base.clone(), routes)
        .mount("/", frontend::routes(settings))
}
