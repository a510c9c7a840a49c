//! Metrics in OpenMetrics text, served as section `metrics` configures; without it nothing is
//! counted.
//!
//! [`Metrics`] counts events as they happen, with atomics; [`State`](collector::State) reads the
//! rest at each scrape. The values of a label are bounded by the code: routes are named by their
//! template, never by a path. A new metric is registered in one of the two and documented in
//! `docs/operations.md`.

mod collector;
mod counters;
mod exposition;
mod listener;
mod session_gauge;

pub(in crate::http) use self::counters::Metrics;

use std::sync::Arc;

use rocket::{Build, Rocket, Route};

use self::collector::LiveSessions;
use self::exposition::{Exposition, routes};
use self::listener::Listener;
use self::session_gauge::count_sessions;
use crate::config::MetricsSettings;
use crate::http::app_state::AppState;

/// Returns the counters, if metrics are served anywhere.
pub(in crate::http) fn counters(settings: &MetricsSettings) -> Option<Arc<Metrics>> {
    settings.is_on().then(Arc::default)
}

/// Serves the metrics as configured; adds the route below the base path to `mounted`.
pub(in crate::http) fn serve(
    mut rocket: Rocket<Build>,
    settings: &MetricsSettings,
    metrics: &Metrics,
    mounted: &mut Vec<Route>,
) -> Rocket<Build> {
    if let Some(app) = rocket.state::<AppState>() {
        let live = LiveSessions::default();
        let app = (app.accounts.clone(), app.database.clone());
        let exposition = Exposition::new(metrics, app, live.clone(), settings);
        rocket = rocket.manage(exposition).attach(count_sessions(live));
    }
    if settings.token.is_some() {
        mounted.extend(routes());
    }
    match settings.address {
        Some(address) => rocket.attach(Listener(address)),
        None => rocket,
    }
}
