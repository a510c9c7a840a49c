//! Metrics that are counted as events happen.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use rocket_accounts_core::auth::{EventKind, EventSink, Limit, SecurityEvent};

/// Upper bounds in seconds, from a response out of memory to a store that hangs: a request waits
/// for five seconds in all.
const BOUNDS: [f64; 13] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// The statuses that alerts use: their counters exist before the first such response.
const ALERTED: [u16; 2] = [500, 503];

const SUCCEEDED: &str = "succeeded";
const FAILED: &str = "failed";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    method: &'static str,
    route: String,
    status: u16,
}

type Label = [(&'static str, &'static str); 1];

/// Counters of requests and security events.
#[derive(Debug)]
pub(in crate::http) struct Metrics {
    answers: Family<Answer, Counter>,
    durations: Family<Request, Histogram, fn() -> Histogram>,
    logins: Family<Label, Counter>,
    throttled: Family<Label, Counter>,
    csrf_refused: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            answers: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BOUNDS)),
            logins: Family::default(),
            throttled: Family::default(),
            csrf_refused: Counter::default(),
        }
    }
}

impl Metrics {
    /// Starts the series of a route at zero: a rate needs an initial value, so a counter that
    /// starts at one hides its first event. `route` is its template.
    pub(in crate::http) fn expect(&self, method: &'static str, route: &str) {
        for status in ALERTED {
            let route = route.to_owned();
            let answer = Answer {
                method,
                route,
                status,
            };
            drop(self.answers.get_or_create(&answer));
        }
        let route = route.to_owned();
        drop(self.durations.get_or_create(&Request { method, route }));
    }

    /// Counts an answered request. `route` is its template.
    pub(in crate::http) fn answered(
        &self,
        method: &'static str,
        route: &str,
        status: u16,
        seconds: f64,
    ) {
        let route = route.to_owned();
        let answer = Answer {
            method,
            route: route.clone(),
            status,
        };
        self.answers.get_or_create(&answer).inc();
        let request = Request { method, route };
        self.durations.get_or_create(&request).observe(seconds);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_requests",
            "Requests by route template, method and status",
            self.answers.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time from the request to its response, by route template and method",
            Unit::Seconds,
            self.durations.clone(),
        );
        for result in [SUCCEEDED, FAILED] {
            // Zero from the start, as in `expect`.
            drop(self.logins.get_or_create(&[("result", result)]));
        }
        for limit in Limit::ALL {
            let label = [("limit", limit.as_str())];
            drop(self.throttled.get_or_create(&label));
        }
        let logins = self.logins.clone();
        registry.register("logins", "Logins by result", logins);
        registry.register(
            "throttled",
            "Attempts that were refused, by limit",
            self.throttled.clone(),
        );
        registry.register(
            "csrf_refused",
            "Unsafe requests that were refused as forged",
            self.csrf_refused.clone(),
        );
    }
}

impl EventSink for Metrics {
    fn record(&self, event: &SecurityEvent) {
        let login = |result| self.logins.get_or_create(&[("result", result)]).inc();
        match event.kind {
            EventKind::LoginSucceeded => {
                login(SUCCEEDED);
            }
            EventKind::LoginFailed { .. } => {
                login(FAILED);
            }
            EventKind::Throttled { limit, .. } => {
                self.throttled.get_or_create(&[("limit", limit)]).inc();
            }
            EventKind::CsrfFailed => {
                self.csrf_refused.inc();
            }
            _ => {}
        }
    }
}
