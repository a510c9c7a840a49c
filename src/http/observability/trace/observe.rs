//! Observes every request: its identifiers, its duration, its response.

use std::sync::Arc;
use std::time::Instant;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::{Data, Orbit, Request, Response, Rocket};

use super::TraceContext;
use crate::config::RequestLines;
use crate::http::observability::metrics::Metrics;

/// The template of requests without a route.
const UNMATCHED: &str = "unmatched";

/// The state of an observed request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observed {
    began: Option<Instant>,
    pub(super) context: Option<TraceContext>,
}

impl Observed {
    pub(super) fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| Self {
            began: None,
            context: None,
        })
    }
}

/// The fairing. Attached only if it is needed.
#[derive(Debug)]
pub(in crate::http) struct Observe {
    pub(in crate::http) trace: bool,
    pub(in crate::http) lines: RequestLines,
    pub(in crate::http) metrics: Option<Arc<Metrics>>,
}

impl Observe {
    /// Returns whether metrics, traces or request lines are on.
    pub(in crate::http) fn is_needed(&self) -> bool {
        self.trace || self.lines != RequestLines::Off || self.metrics.is_some()
    }

    /// Logs one line, with the template instead of the path: paths and queries can contain secrets.
    fn log_request(
        &self,
        request: &Request<'_>,
        response: &Response<'_>,
        route: &str,
        seconds: f64,
    ) {
        macro_rules! line {
            ($level:ident) => {{
                let context = Observed::of(request).context;
                tracing::$level!(
                    method = request.method().as_str(),
                    route,
                    status = response.status().code,
                    seconds,
                    trace_id = context.map(|context| tracing::field::display(context.trace_id())),
                    span_id = context.map(|context| tracing::field::display(context.span_id())),
                    "answered"
                );
            }};
        }
        match self.lines {
            RequestLines::Off => {}
            RequestLines::Debug => line!(debug),
            RequestLines::Info => line!(info),
        }
    }
}

#[rocket::async_trait]
impl Fairing for Observe {
    fn info(&self) -> Info {
        Info {
            name: "rocket-accounts: observation",
            kind: Kind::Liftoff | Kind::Request | Kind::Response,
        }
    }

    async fn on_liftoff(&self, rocket: &Rocket<Orbit>) {
        let Some(metrics) = &self.metrics else {
            return;
        };
        // Including those of a host application, which are all mounted now.
        for route in rocket.routes() {
            let method = route.method.as_str();
            metrics.expect(method, route.uri.as_str());
            metrics.expect(method, UNMATCHED);
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let context = self.trace.then(|| TraceContext::of(request)).flatten();
        let began = Some(Instant::now());
        request.local_cache(|| Observed { began, context });
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let Observed { began, context } = Observed::of(request);
        if let Some(context) = context {
            let id = context.trace_id().to_string();
            response.set_header(Header::new("X-Request-Id", id));
        }
        let route = request
            .route()
            .map_or(UNMATCHED, |route| route.uri.as_str());
        let seconds = began.map_or(0.0, |began| began.elapsed().as_secs_f64());
        if let Some(metrics) = &self.metrics {
            let status = response.status().code;
            metrics.answered(request.method().as_str(), route, status, seconds);
        }
        self.log_request(request, response, route, seconds);
    }
}
