//! Form bodies are refused before a handler runs.
//!
//! Rocket turns `POST` with a form body that begins with `_method=DELETE` into a `DELETE`, before
//! any fairing sees the request and without an option to switch it off
//! (`Rocket::preprocess_request` in Rocket 0.5). No route here takes a form, so a form body is
//! answered 415, whatever the method now is.

use super::same_origin::check_origin;
use crate::http::app_state::AppState;
use crate::http::response::{ApiError, Rejection};
use rocket::http::ContentType;
use rocket::route::{Handler, Outcome};
use rocket::{Data, Request, Route};

/// Makes routes answer 415 to form bodies (`application/x-www-form-urlencoded`,
/// `multipart/form-data`) without running their handler.
///
/// A form content type without a body is admitted. It cannot override the method, and there are
/// legitimate ones: axios on Node sends it with every `POST` without a body, and a proxy that asks
/// `auth/verify/` about a form forwards only the form's headers.
pub(crate) fn without_forms(routes: Vec<Route>) -> Vec<Route> {
    let wrap = |mut route: Route| {
        route.handler = Box::new(WithoutForms(route.handler));
        route
    };
    routes.into_iter().map(wrap).collect()
}

#[derive(Clone)]
struct WithoutForms(Box<dyn Handler>);

#[rocket::async_trait]
impl Handler for WithoutForms {
    async fn handle<'r>(&self, request: &'r Request<'_>, mut data: Data<'r>) -> Outcome<'r> {
        // Rocket itself has peeked already, so this does not wait.
        if !has_form_type(request) || data.peek(1).await.is_empty() {
            return self.0.handle(request, data).await;
        }
        let (status, _) = refusal(request).record(request);
        Outcome::Error(status)
    }
}

fn has_form_type(request: &Request<'_>) -> bool {
    let is_form = |kind: &ContentType| {
        let (top, sub) = (kind.top(), kind.sub());
        (top == "application" && sub == "x-www-form-urlencoded")
            || (top == "multipart" && sub == "form-data")
    };
    request.content_type().is_some_and(is_form)
}

/// Returns the rejection of a form. From another site it is a CSRF attempt in the first place.
fn refusal(request: &Request<'_>) -> Rejection {
    let app = request.rocket().state::<AppState>();
    let checked = app.map_or(Ok(()), |app| check_origin(app, request));
    checked
        .err()
        .unwrap_or(ApiError::UnsupportedMediaType)
        .into()
}
