//! Handlers that run in a span.

use rocket::route::{Handler, Outcome};
use rocket::{Data, Request, Route};
use tracing::Instrument;

use super::observe::Observed;

/// Makes the guards and handlers of routes run in the span of their request, so that all their log
/// lines carry `trace_id` and `span_id`.
///
/// It is applied to the routes of this crate, unless `log.trace` is off. A host application wraps
/// its own: `.mount("/", rocket_accounts::http::spanned(routes![..]))`.
#[must_use]
pub fn spanned(routes: Vec<Route>) -> Vec<Route> {
    let wrap = |mut route: Route| {
        route.handler = Box::new(Spanned(route.handler));
        route
    };
    routes.into_iter().map(wrap).collect()
}

#[derive(Clone)]
struct Spanned(Box<dyn Handler>);

#[rocket::async_trait]
impl Handler for Spanned {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        let handled = self.0.handle(request, data);
        // Without a subscriber a span would be a line in the `log` of a host application.
        let subscribed = tracing::dispatcher::has_been_set();
        match Observed::of(request).context.filter(|_| subscribed) {
            // The highest level: whatever the filter, the remaining lines carry the identifiers.
            Some(context) => {
                let (trace_id, span_id) = (context.trace_id(), context.span_id());
                let span = tracing::error_span!("request", %trace_id, %span_id);
                handled.instrument(span).await
            }
            None => handled.await,
        }
    }
}
