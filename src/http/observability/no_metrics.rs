//! In place of metrics, in a build without them.

use std::sync::Arc;

use rocket::{Build, Rocket, Route};

use crate::config::MetricsSettings;
use rocket_accounts_core::auth::{EventSink, SecurityEvent};

/// Counters, of which there are none.
#[derive(Debug)]
pub(in crate::http) enum Metrics {}

impl Metrics {
    pub(in crate::http) fn expect(&self, _: &str, _: &str) {
        match *self {}
    }

    pub(in crate::http) fn answered(&self, _: &str, _: &str, _: u16, _: f64) {
        match *self {}
    }
}

impl EventSink for Metrics {
    fn record(&self, _: &SecurityEvent) {
        match *self {}
    }
}

pub(in crate::http) fn counters(_: &MetricsSettings) -> Option<Arc<Metrics>> {
    None
}

pub(in crate::http) fn serve(
    _: Rocket<Build>,
    _: &MetricsSettings,
    metrics: &Metrics,
    _: &mut Vec<Route>,
) -> Rocket<Build> {
    match *metrics {}
}
