//! Rejections: problem details (RFC 9457), and clearing the cookies that became useless.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rocket::Request;
use rocket::http::{ContentType, Header, Status};
use rocket::request;
use rocket::response::{Responder, Response, Result};

use super::error::ApiError;
use super::problem::Problem;
use rocket_accounts_core::auth;

/// Seconds after which a 503 may be tried again.
const RETRY_AFTER: &str = "2";

/// An [`ApiError`] with the cookies that it clears. Guards fail with it, routes return it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The error.
    pub error: ApiError,
    /// The `Set-Cookie` headers.
    cookies: Vec<Header<'static>>,
    /// A failure that is not the client's, for the log.
    failure: Option<Failure>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Failure {
    HashingQueueFull,
    Store(Arc<str>),
    Internal(Arc<str>),
}

impl Rejection {
    /// Returns a rejection of a host application's own: a problem document with this status, a
    /// stable `code` and a sentence for the developer of the front end. Neither may contain values
    /// of the request.
    ///
    /// ```
    /// use rocket::http::Status;
    /// use rocket::outcome::try_outcome;
    /// use rocket::request::{FromRequest, Outcome, Request};
    /// use rocket_accounts::{CurrentUser, Rejection};
    ///
    /// struct Admin(CurrentUser);
    ///
    /// #[rocket::async_trait]
    /// impl<'r> FromRequest<'r> for Admin {
    ///     type Error = Rejection;
    ///
    ///     async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
    ///         let user = try_outcome!(request.guard::<CurrentUser>().await);
    ///         if user.username.as_str() == "root" {
    ///             return Outcome::Success(Self(user));
    ///         }
    ///         Rejection::new(Status::Forbidden, "admins_only", "This is for admins.").outcome(request)
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

    /// Adds the `Set-Cookie` headers that clear cookies.
    pub(crate) fn clearing(mut self, cookies: Vec<Header<'static>>) -> Self {
        self.cookies = cookies;
        self
    }

    /// Returns the status of the response.
    #[must_use]
    pub fn status(&self) -> Status {
        self.error.answer().0
    }

    /// Caches the rejection for the catcher, which gets only the status of a failed guard from
    /// Rocket.
    pub(crate) fn record(self, request: &Request<'_>) -> (Status, Self) {
        let cached = request.local_cache(|| CachedRejection::new(Some(self.clone())));
        self.log(cached);
        (self.status(), self)
    }

    /// Fails a guard, so that the [catchers](super::catchers()) answer with this rejection.
    pub fn outcome<S>(self, request: &Request<'_>) -> request::Outcome<S, Self> {
        request::Outcome::Error(self.record(request))
    }

    /// Logs the failure, once for a request however many guards fail with it.
    fn log(&self, cached: &CachedRejection) {
        let Some(failure) = &self.failure else { return };
        if cached.logged.swap(true, Ordering::Relaxed) {
            return;
        }
        match failure {
            Failure::HashingQueueFull => {
                tracing::warn!("the password hashing queue is full");
            }
            Failure::Store(cause) => tracing::error!(cause = &**cause, "the store is unavailable"),
            Failure::Internal(cause) => {
                tracing::error!(cause = &**cause, "a request failed with an internal error");
            }
        }
    }

    /// Returns the headers that belong to the rejection wherever its body is written.
    fn headers(&self) -> Vec<Header<'static>> {
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
        headers.extend_from_slice(&self.cookies);
        headers
    }
}

impl From<ApiError> for Rejection {
    /// Creates a rejection that clears no cookie.
    fn from(error: ApiError) -> Self {
        Self {
            error,
            cookies: Vec::new(),
            failure: None,
        }
    }
}

impl From<auth::Error> for Rejection {
    /// Creates a rejection that clears no cookie, and whose cause is logged by the responder.
    fn from(error: auth::Error) -> Self {
        let causes = || auth::causes(&error).into();
        let failure = match error {
            auth::Error::Busy => Some(Failure::HashingQueueFull),
            auth::Error::Unavailable(_) => Some(Failure::Store(causes())),
            auth::Error::Internal(_) => Some(Failure::Internal(causes())),
            _ => None,
        };
        Self {
            failure,
            ..ApiError::from(error).into()
        }
    }
}

/// The rejection of a guard, cached for the catcher.
pub(crate) struct CachedRejection {
    rejection: Option<Rejection>,
    written: AtomicBool,
    logged: AtomicBool,
}

impl CachedRejection {
    fn new(rejection: Option<Rejection>) -> Self {
        Self {
            rejection,
            written: AtomicBool::new(false),
            logged: AtomicBool::new(false),
        }
    }

    /// Returns the rejection that a guard recorded for this request, if one failed.
    pub(super) fn of(request: &Request<'_>) -> Option<Rejection> {
        Self::entry(request).rejection.clone()
    }

    /// Returns whether the response is a rejection of ours, through whichever catcher.
    pub(super) fn is_written(request: &Request<'_>) -> bool {
        Self::entry(request).written.load(Ordering::Relaxed)
    }

    fn entry<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| Self::new(None))
    }

    /// Adds the headers of the rejection to a host application's own error page.
    pub(super) fn complete(request: &Request<'_>, response: &mut Response<'_>) {
        // Most responses are no rejections; a look-up would create a cache entry for each.
        if response.status().code < 400 {
            return;
        }
        let entry = Self::entry(request);
        let Some(rejection) = &entry.rejection else {
            return;
        };
        if entry.written.load(Ordering::Relaxed) || response.status() != rejection.status() {
            return;
        }
        for header in rejection.headers() {
            response.adjoin_header(header);
        }
    }
}

impl<'r> Responder<'r, 'static> for Rejection {
    fn respond_to(self, request: &'r Request<'_>) -> Result<'static> {
        let status = self.status();
        let body = serde_json::to_vec(&Problem::of(&self.error))
            .map_err(|_| Status::InternalServerError)?;
        let mut response = Response::build();
        response
            .status(status)
            .header(problem_json())
            .sized_body(body.len(), std::io::Cursor::new(body));
        for header in self.headers() {
            response.header_adjoin(header);
        }
        let cached = CachedRejection::entry(request);
        cached.written.store(true, Ordering::Relaxed);
        self.log(cached);
        response.ok()
    }
}

fn problem_json() -> ContentType {
    ContentType::new("application", "problem+json").with_params(("charset", "utf-8"))
}
