//! Mounting routes.

use std::sync::Arc;

use rocket::{Build, Rocket};

use super::time_budget::budgeted;
use crate::config::Settings;
use crate::http::observability::metrics::{self, Metrics};
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
    if let Some(metrics) = &metrics {
        rocket = metrics::serve(rocket, &settings.metrics, metrics, &mut routes);
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
