//! The one table from errors to status codes.

use std::collections::BTreeMap;
use std::time::Duration;

use rocket::http::{Method, Status};

use super::unready::Unready;
use rocket_accounts_core::auth;

/// The errors of each field of a body, in sentences for the user.
pub type FieldErrors = BTreeMap<String, Vec<String>>;

/// An error as clients see it. Contains no value that was sent and no cause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is explained by its text in `detail`")]
pub enum ApiError {
    BadRequest,
    MalformedBody,
    InvalidFields(FieldErrors),
    NotAuthenticated,
    TokenNotValid,
    TokenExpired,
    SessionEnded,
    InvalidCredentials,
    RefreshTokenMissing,
    CsrfFailed,
    OriginRefused,
    ReauthenticationRequired,
    RegistrationClosed,
    NotFound,
    MethodNotAllowed(Vec<Method>),
    NotAcceptable,
    RequestTimeout,
    BodyTooLarge,
    UriTooLong,
    UnsupportedMediaType,
    UsernameTaken,
    HeadersTooLarge,
    TooManyAttempts {
        retry_after: Duration,
    },
    Internal,
    Unavailable,
    NotReady(Unready),
    Other {
        /// The status of the response.
        status: Status,
        /// A stable name.
        code: &'static str,
        /// A sentence for the developer of the front end.
        detail: &'static str,
    },
}

impl ApiError {
    /// Returns status and stable code.
    #[must_use]
    pub fn answer(&self) -> (Status, &'static str) {
        use Status as S;
        match self {
            Self::BadRequest => (S::BadRequest, "bad_request"),
            Self::MalformedBody => (S::BadRequest, "malformed_body"),
            Self::InvalidFields(_) => (S::BadRequest, "invalid_fields"),
            Self::NotAuthenticated => (S::Unauthorized, "not_authenticated"),
            Self::TokenNotValid => (S::Unauthorized, "token_not_valid"),
            Self::TokenExpired => (S::Unauthorized, "token_expired"),
            Self::SessionEnded => (S::Unauthorized, "session_ended"),
            Self::InvalidCredentials => (S::Unauthorized, "invalid_credentials"),
            Self::RefreshTokenMissing => (S::Unauthorized, "refresh_token_missing"),
            Self::CsrfFailed | Self::OriginRefused => (S::Forbidden, "csrf_failed"),
            Self::ReauthenticationRequired => (S::Forbidden, "reauthentication_required"),
            Self::RegistrationClosed => (S::Forbidden, "registration_closed"),
            Self::NotFound => (S::NotFound, "not_found"),
            Self::MethodNotAllowed(_) => (S::MethodNotAllowed, "method_not_allowed"),
            Self::NotAcceptable => (S::NotAcceptable, "not_acceptable"),
            Self::RequestTimeout => (S::RequestTimeout, "request_timeout"),
            Self::BodyTooLarge => (S::PayloadTooLarge, "body_too_large"),
            Self::UriTooLong => (S::UriTooLong, "uri_too_long"),
            Self::UnsupportedMediaType => (S::UnsupportedMediaType, "unsupported_media_type"),
            Self::UsernameTaken => (S::Conflict, "username_taken"),
            Self::HeadersTooLarge => (S::RequestHeaderFieldsTooLarge, "headers_too_large"),
            Self::TooManyAttempts { .. } => (S::TooManyRequests, "too_many_attempts"),
            Self::Internal => (S::InternalServerError, "internal"),
            Self::Unavailable => (S::ServiceUnavailable, "unavailable"),
            Self::NotReady(_) => (S::ServiceUnavailable, "not_ready"),
            Self::Other { status, code, .. } => (*status, code),
        }
    }

    /// Returns a sentence for the developer of the front end.
    #[must_use]
    pub fn detail(&self) -> &'static str {
        match self {
            Self::BadRequest => "The request is malformed.",
            Self::MalformedBody => "The body must be a JSON object in UTF-8 without repeated keys.",
            Self::InvalidFields(_) => "Some fields are invalid; see `errors`.",
            Self::NotAuthenticated => "Authentication required: the request has no credential.",
            Self::TokenNotValid => "The token is not valid. Sign in again.",
            Self::TokenExpired => "The access token has expired. Refresh it and try again.",
            Self::SessionEnded => "The session has ended. Sign in again.",
            Self::InvalidCredentials => "The username or the password is wrong.",
            Self::RefreshTokenMissing => "The request has no refresh token. Sign in.",
            Self::CsrfFailed => {
                "The request does not prove that it comes from a page of this site. Get a token \
                 from csrf_token/ and send it in the X-CSRFToken header."
            }
            Self::OriginRefused => {
                "The request comes from an origin that this service does not allow. A CSRF token does \
                 not help; the log of the service names both origins and the settings."
            }
            Self::ReauthenticationRequired => {
                "Confirm the password first: send it to auth/reauthenticate/."
            }
            Self::RegistrationClosed => "Registration is closed.",
            Self::NotFound => "Not found.",
            Self::MethodNotAllowed(_) => {
                "The method is not allowed for this path; see the Allow header."
            }
            Self::NotAcceptable => "Responses are JSON in UTF-8 only.",
            Self::RequestTimeout => "The body did not arrive in time.",
            Self::BodyTooLarge => "The body is larger than 8 KiB.",
            Self::UriTooLong => "The path is too long.",
            Self::UnsupportedMediaType => "Send the body as application/json, in UTF-8.",
            Self::UsernameTaken => "The username is taken; upper and lower case count as the same.",
            Self::HeadersTooLarge => "The headers are too large.",
            Self::TooManyAttempts { .. } => "Too many attempts. See the Retry-After header.",
            Self::Internal => "Internal server error.",
            Self::Unavailable => {
                "The service is temporarily unavailable. The session is kept; try again in a moment."
            }
            Self::NotReady(_) => "This replica is not ready; see `part`.",
            Self::Other { detail, .. } => detail,
        }
    }

    /// Returns the error with any waiting time, for the API description.
    pub(in crate::http) fn too_many_attempts() -> Self {
        Self::TooManyAttempts {
            retry_after: Duration::from_secs(1),
        }
    }

    /// Returns the error for a status of a host application's own route or guard.
    pub(in crate::http) fn of_host(status: Status) -> Self {
        let code = match status.code {
            400 => "bad_request",
            // A challenge belongs to it (RFC 9110 section 15.5.2).
            401 => return Self::NotAuthenticated,
            402 => "payment_required",
            403 => "forbidden",
            404 => return Self::NotFound,
            405 => "method_not_allowed",
            409 => "conflict",
            410 => "gone",
            413 => "content_too_large",
            415 => "unsupported_media_type",
            422 => "unprocessable_content",
            429 => "too_many_requests",
            500 => return Self::Internal,
            501 => "not_implemented",
            502 => "bad_gateway",
            503 => "service_unavailable",
            504 => "gateway_timeout",
            code if code < 500 => "client_error",
            _ => "server_error",
        };
        Self::Other {
            status,
            code,
            detail: status.reason().unwrap_or("The request was refused."),
        }
    }

    /// Returns the error for a status that Rocket itself sets at a route of ours.
    pub(in crate::http) fn from_status(status: Status) -> Self {
        match status.code {
            401 => Self::NotAuthenticated,
            403 => Self::CsrfFailed,
            404 => Self::NotFound,
            406 => Self::NotAcceptable,
            408 => Self::RequestTimeout,
            413 => Self::BodyTooLarge,
            414 => Self::UriTooLong,
            415 => Self::UnsupportedMediaType,
            429 => Self::too_many_attempts(),
            431 => Self::HeadersTooLarge,
            503 => Self::Unavailable,
            400..=499 => Self::BadRequest,
            _ => Self::Internal,
        }
    }

    /// Returns an error of one field; see [`sentence`].
    pub(crate) fn field(field: &str, predicate: &str) -> Self {
        let text = sentence(field, predicate);
        Self::InvalidFields(FieldErrors::from([(field.to_owned(), vec![text])]))
    }
}

/// Returns a sentence about a field for display: `first_name` and `must not be null` give "First
/// name must not be null".
pub(crate) fn sentence(field: &str, predicate: &str) -> String {
    let label = field.replace('_', " ");
    let mut letters = label.chars();
    let capital = letters.next().map(|first| first.to_ascii_uppercase());
    let capital = capital.map_or_else(String::new, String::from);
    format!("{capital}{} {predicate}", letters.as_str())
}

impl From<auth::Error> for ApiError {
    fn from(error: auth::Error) -> Self {
        use auth::Error as E;
        match error {
            E::NotAuthenticated => Self::NotAuthenticated,
            E::TokenNotValid => Self::TokenNotValid,
            E::TokenExpired => Self::TokenExpired,
            E::SessionEnded(_) => Self::SessionEnded,
            E::InvalidCredentials => Self::InvalidCredentials,
            E::RefreshTokenMissing => Self::RefreshTokenMissing,
            E::CsrfFailed => Self::CsrfFailed,
            E::Password(error) => Self::field("password", &error.to_string()),
            // A 401 would make a front end believe that the session is gone.
            E::WrongPassword => Self::field("password", "is wrong"),
            E::UsernameTaken => Self::UsernameTaken,
            E::UnknownUser => Self::NotFound,
            E::TooManyAttempts { retry_after, .. } => Self::TooManyAttempts { retry_after },
            E::Busy | E::Unavailable(_) => Self::Unavailable,
            E::Internal(_) => Self::Internal,
        }
    }
}
