//! How a refusal is written: problem details (RFC 9457) and the cookies that it makes useless.

use std::sync::atomic::{AtomicBool, Ordering};

use rocket::Request;
use rocket::http::{ContentType, Header, Status};
use rocket::request;
use rocket::response::{Responder, Response, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::client::address_of;
use super::cookie::Clears;
use super::error::{ApiError, FieldErrors};
use super::site::Site;
use crate::auth::{EventKind, EventSubject};

/// Seconds after which a 503 may be tried again.
const RETRY_AFTER: &str = "2";

/// An [`ApiError`] with the cookies that go with it. Guards fail with it, routes return it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is answered.
    pub error: ApiError,
    clears: Clears,
}

impl Refusal {
    /// A refusal of a host application's own: a problem document with this status, a stable `code`
    /// and a sentence for the developer of the front end. What was sent does not belong into either.
    ///
    /// ```
    /// use rocket::http::Status;
    /// use rocket::outcome::try_outcome;
    /// use rocket::request::{FromRequest, Outcome, Request};
    /// use rocket_accounts::{CurrentUser, Refusal};
    ///
    /// struct Admin(CurrentUser);
    ///
    /// #[rocket::async_trait]
    /// impl<'r> FromRequest<'r> for Admin {
    ///     type Error = Refusal;
    ///
    ///     async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refusal> {
    ///         let user = try_outcome!(request.guard::<CurrentUser>().await);
    ///         if user.username.as_str() == "root" {
    ///             return Outcome::Success(Self(user));
    ///         }
    ///         Refusal::new(Status::Forbidden, "admins_only", "This is for admins.").outcome(request)
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn new(status: Status, code: &'static str, detail: &'static str) -> Self {
        ApiError::Other {
            status,
            code,
            detail,
        }
        .into()
    }

    /// A refusal that clears cookies.
    pub(crate) fn clearing(error: impl Into<ApiError>, clears: Clears) -> Self {
        Self {
            error: error.into(),
            clears,
        }
    }

    /// The status it is answered with.
    #[must_use]
    pub fn status(&self) -> Status {
        self.error.answer().0
    }

    /// Keeps the refusal for the catcher, which Rocket tells only the status of a failed guard.
    pub(crate) fn record(self, request: &Request<'_>) -> (Status, Self) {
        let is_forged = matches!(self.error, ApiError::CsrfFailed | ApiError::OriginRefused);
        if let (true, Some(site)) = (is_forged, request.rocket().state::<Site>()) {
            let about = EventSubject::address(address_of(request, site));
            site.accounts.record(EventKind::CsrfFailed, about);
        }
        request.local_cache(|| Recorded::new(Some(self.clone())));
        (self.status(), self)
    }

    /// Fails a guard, so that the [catchers](super::catchers()) answer with this refusal.
    pub fn outcome<S>(self, request: &Request<'_>) -> request::Outcome<S, Self> {
        request::Outcome::Error(self.record(request))
    }

    /// The headers that belong to the refusal wherever its body is written.
    fn headers(&self, request: &Request<'_>) -> Vec<Header<'static>> {
        let mut headers = vec![Header::new("Cache-Control", "no-store")];
        match &self.error {
            ApiError::TokenNotValid | ApiError::TokenExpired | ApiError::SessionEnded => {
                let challenge = "Bearer realm=\"api\", error=\"invalid_token\"";
                headers.push(Header::new("WWW-Authenticate", challenge));
            }
            error if error.answer().0 == Status::Unauthorized => {
                headers.push(Header::new("WWW-Authenticate", "Bearer realm=\"api\""));
            }
            ApiError::MethodNotAllowed(methods) => {
                let names: Vec<_> = methods.iter().map(|method| method.as_str()).collect();
                headers.push(Header::new("Allow", names.join(", ")));
            }
            ApiError::TooManyAttempts { retry_after } => {
                let seconds = retry_after.as_secs().max(1).to_string();
                headers.push(Header::new("Retry-After", seconds));
            }
            ApiError::Unavailable | ApiError::NotReady(_) => {
                headers.push(Header::new("Retry-After", RETRY_AFTER));
            }
            _ => {}
        }
        if let Some(site) = request.rocket().state::<Site>() {
            headers.extend(site.cookies.clear(self.clears));
        }
        headers
    }
}

impl<T: Into<ApiError>> From<T> for Refusal {
    /// A refusal that touches no cookie.
    fn from(error: T) -> Self {
        Self::clearing(error, Clears::Nothing)
    }
}

/// The refusal of a guard, on its way to the catcher.
pub(super) struct Recorded {
    refusal: Option<Refusal>,
    written: AtomicBool,
}

impl Recorded {
    fn new(refusal: Option<Refusal>) -> Self {
        Self {
            refusal,
            written: AtomicBool::new(false),
        }
    }

    /// What a guard recorded for this request, if one failed.
    pub(super) fn of(request: &Request<'_>) -> Option<Refusal> {
        Self::entry(request).refusal.clone()
    }

    /// Whether the answer is a refusal of ours, whichever catcher it came through.
    pub(super) fn is_written(request: &Request<'_>) -> bool {
        Self::entry(request).written.load(Ordering::Relaxed)
    }

    fn entry<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| Self::new(None))
    }

    /// Gives a host application's own error page for our status the headers of the refusal.
    pub(super) fn complete(request: &Request<'_>, response: &mut Response<'_>) {
        // Most answers are no refusals; looking would make an entry for each.
        if response.status().code < 400 {
            return;
        }
        let entry = Self::entry(request);
        let Some(refusal) = &entry.refusal else {
            return;
        };
        if entry.written.load(Ordering::Relaxed) || response.status() != refusal.status() {
            return;
        }
        for header in refusal.headers(request) {
            response.adjoin_header(header);
        }
    }
}

/// Problem details (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(super) struct Problem<'a> {
    /// Always `about:blank`: `code` tells problems apart.
    r#type: &'static str,
    /// The name of the status.
    title: &'static str,
    /// The status.
    status: u16,
    /// A sentence for the developer of the front end; may change.
    detail: &'static str,
    /// The stable name of the problem.
    code: &'static str,
    /// For each field of the body what is wrong with it, with `invalid_fields` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = std::collections::BTreeMap<String, Vec<String>>, required = false)]
    errors: Option<&'a FieldErrors>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'static str>,
}

impl<'r> Responder<'r, 'static> for Refusal {
    fn respond_to(self, request: &'r Request<'_>) -> Result<'static> {
        let (status, code) = self.error.answer();
        let problem = Problem {
            r#type: "about:blank",
            title: status.reason_lossy(),
            status: status.code,
            detail: self.error.detail(),
            code,
            errors: match &self.error {
                ApiError::InvalidFields(errors) => Some(errors),
                _ => None,
            },
            part: match self.error {
                ApiError::NotReady(part) => Some(part.as_str()),
                _ => None,
            },
        };
        let body = serde_json::to_vec(&problem).map_err(|_| Status::InternalServerError)?;
        let mut response = Response::build();
        response
            .status(status)
            .header(problem_json())
            .sized_body(body.len(), std::io::Cursor::new(body));
        for header in self.headers(request) {
            response.header_adjoin(header);
        }
        Recorded::entry(request)
            .written
            .store(true, Ordering::Relaxed);
        response.ok()
    }
}

fn problem_json() -> ContentType {
    ContentType::new("application", "problem+json").with_params(("charset", "utf-8"))
}
