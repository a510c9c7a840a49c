//! JSON bodies, read strictly.
//!
//! Rocket's `Json` takes any content type, reports one error at a time, and prints the body of a
//! failed request to the log, password and all. This guard demands `application/json`, bounds
//! size and time, refuses repeated keys, and reports every field at once without echoing a value.

use std::time::Duration;

use rocket::Request;
use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::ContentType;
use zeroize::Zeroizing;

#[cfg(feature = "openapi")]
use super::body_schema::BodySchema;
use super::fields::Fields;
use super::unique_keys::UniqueKeys;
use crate::http::app_state::AppState;
use crate::http::response::{ApiError, Rejection};
use rocket_accounts_core::crypto::strength::PasswordPolicy;

/// Largest body, in bytes.
pub(crate) const MAX_BYTES: usize = 8 * 1024;
/// A body must be complete within this time.
const DEADLINE: Duration = Duration::from_secs(5);

/// A body that is read field by field.
pub(crate) trait FromFields: Sized + Send + 'static {
    /// Whether unknown fields are ignored instead of refused.
    const IGNORES_UNKNOWN: bool = false;

    /// Whether a new password is checked, which is CPU-bound.
    const IS_SLOW: bool = false;

    /// Describes the fields for the API description.
    #[cfg(feature = "openapi")]
    fn schema(body: BodySchema) -> BodySchema;

    /// Reads the known fields; `None` if any of them is invalid.
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self>;
}

/// The guard.
pub(crate) struct JsonBody<T>(pub(crate) T);

#[rocket::async_trait]
impl<'r, T: FromFields> FromData<'r> for JsonBody<T> {
    type Error = Rejection;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        let Some(app) = request.rocket().state::<AppState>() else {
            return Outcome::Error(Rejection::from(ApiError::Internal).record(request));
        };
        let value = match read(request, data).await {
            Ok(bytes) => parse_where_it_fits(bytes, app).await,
            Err(error) => Err(error.into()),
        };
        match value {
            Ok(value) => Outcome::Success(Self(value)),
            Err(rejection) => Outcome::Error(rejection.record(request)),
        }
    }
}

async fn parse_where_it_fits<T: FromFields>(
    bytes: Zeroizing<Vec<u8>>,
    app: &AppState,
) -> Result<T, Rejection> {
    let policy = app.accounts.password_policy();
    if !T::IS_SLOW {
        return Ok(parse(&bytes, policy)?);
    }
    let policy = policy.clone();
    let parsed = app.accounts.run_slowly(move || parse(&bytes, &policy));
    Ok(parsed.await??)
}

async fn read(request: &Request<'_>, data: Data<'_>) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    if !request.content_type().is_some_and(is_json_in_utf8) {
        return Err(ApiError::UnsupportedMediaType);
    }
    let body = data.open(MAX_BYTES.bytes()).into_bytes();
    let body = tokio::time::timeout(DEADLINE, body).await;
    let body = body.map_err(|_| ApiError::RequestTimeout)?;
    let body = body.map_err(|_| ApiError::MalformedBody)?;
    if !body.is_complete() {
        return Err(ApiError::BodyTooLarge);
    }
    Ok(Zeroizing::new(body.into_inner()))
}

fn is_json_in_utf8(content_type: &ContentType) -> bool {
    let media = content_type.media_type();
    let charset = media.param("charset");
    media.top() == "application"
        && media.sub() == "json"
        && charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
}

pub(crate) fn parse<T: FromFields>(bytes: &[u8], policy: &PasswordPolicy) -> Result<T, ApiError> {
    let object: UniqueKeys = serde_json::from_slice(bytes).map_err(|_| ApiError::MalformedBody)?;
    let mut fields = Fields::new(policy, object.0);
    let value = T::from_fields(&mut fields);
    if !T::IGNORES_UNKNOWN {
        fields.refuse_unknown();
    }
    let errors = fields.into_errors();
    match value {
        Some(value) if errors.is_empty() => Ok(value),
        _ => Err(ApiError::InvalidFields(errors)),
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
