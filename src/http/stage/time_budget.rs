//! Routes whose requests have a time budget.

use rocket::route::{Handler, Outcome};
use rocket::{Data, Request, Route};

use rocket_accounts_core::store::time_budget;

/// Makes the guards and handlers of routes share one time budget: see [`time_budget`].
pub(super) fn budgeted(routes: Vec<Route>) -> Vec<Route> {
    let wrap = |mut route: Route| {
        route.handler = Box::new(PatientHandler(route.handler));
        route
    };
    routes.into_iter().map(wrap).collect()
}

#[derive(Clone)]
struct PatientHandler(Box<dyn Handler>);

#[rocket::async_trait]
impl Handler for PatientHandler {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        time_budget::of_request(self.0.handle(request, data)).await
    }
}
