//! Mounting routes.

use std::sync::Arc;

use rocket::{Build, Rocket};

use super::time_budget::budgeted;
use crate::config::Settings;
use crate::http::app_state::AppState;
use crate::http::observability::metrics::{
    self, Exposition, Listener, LiveSessions, Metrics, count_sessions,
};
use crate::http::observability::trace::{self, Observe};
use crate::http::request::forms::without_forms;
use crate::http::response::cors::Cors;
use crate::http::{frontend, routes};

/// Mounts the routes, and attaches the fairings that observe them.
pub(super) fn mount(
    mut rocket: Rocket<Build>,
    settings: &Settings,
    metrics: Option<Arc<Metrics>>,
) -> Rocket<Build> {
    let mut routes = routes::all();
    if let (Some(metrics), Some(app)) = (&metrics, rocket.state::<AppState>()) {
        let live = LiveSessions::default();
        let app = (app.accounts.clone(), app.database.clone());
        let exposition = Exposition::new(metrics, app, live.clone(), &settings.metrics);
        rocket = rocket.manage(exposition).attach(count_sessions(live));
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
    routes = budgeted(without_forms(routes));
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
