//! JSON bodies, read strictly.
//!
//! Rocket's `Json` takes any content type, reports one error at a time, and prints the body of a
//! failed request to the log, password and all. This guard demands `application/json`, bounds
//! size and time, refuses repeated keys, and reports every field at once without echoing a value.

use std::fmt;
use std::time::Duration;

use rocket::Request;
use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::ContentType;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::error::{ApiError, FieldErrors};
use super::openapi::Shape;
use super::refusal::Refusal;
use super::site::Site;
use super::unique_keys::UniqueKeys;
use crate::crypto::strength::{NewPassword, PasswordPolicy};
use crate::domain::credentials::{
    Password, PersonName, USERNAME_MAX_CHARS, Username, UsernameError,
};

/// Largest body, in bytes.
pub(crate) const MAX_BYTES: usize = 8 * 1024;
/// A body must be complete within this time.
const DEADLINE: Duration = Duration::from_secs(5);

/// A body that was read, field by field.
pub(crate) trait FromFields: Sized + Send + 'static {
    /// Whether fields that nobody asked for are ignored instead of refused.
    const IGNORES_UNKNOWN: bool = false;

    /// Whether a new password is judged, which takes a core for long.
    const IS_SLOW: bool = false;

    /// The fields, for the description of the API.
    fn shape(body: Shape) -> Shape;

    /// Takes the known fields; `None` after any of them was found wrong.
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self>;
}

/// The guard.
pub(crate) struct JsonBody<T>(pub(crate) T);

#[rocket::async_trait]
impl<'r, T: FromFields> FromData<'r> for JsonBody<T> {
    type Error = Refusal;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        let Some(site) = request.rocket().state::<Site>() else {
            return Outcome::Error(Refusal::from(ApiError::Internal).record(request));
        };
        let value = match read(request, data).await {
            Ok(bytes) => parse_where_it_fits(bytes, site).await,
            Err(error) => Err(error),
        };
        match value {
            Ok(value) => Outcome::Success(Self(value)),
            Err(error) => Outcome::Error(Refusal::from(error).record(request)),
        }
    }
}

async fn parse_where_it_fits<T: FromFields>(
    bytes: Zeroizing<Vec<u8>>,
    site: &Site,
) -> Result<T, ApiError> {
    let policy = site.accounts.password_policy();
    if !T::IS_SLOW {
        return parse(&bytes, policy);
    }
    let policy = policy.clone();
    let parsed = site.accounts.run_slowly(move || parse(&bytes, &policy));
    parsed.await?
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

pub(super) fn parse<T: FromFields>(bytes: &[u8], policy: &PasswordPolicy) -> Result<T, ApiError> {
    let object: UniqueKeys = serde_json::from_slice(bytes).map_err(|_| ApiError::MalformedBody)?;
    let mut fields = Fields {
        policy,
        object: object.0,
        errors: FieldErrors::new(),
    };
    let value = T::from_fields(&mut fields);
    if !T::IGNORES_UNKNOWN {
        fields.refuse_unknown();
    }
    match value {
        Some(value) if fields.errors.is_empty() => Ok(value),
        _ => Err(ApiError::InvalidFields(fields.errors)),
    }
}

/// The fields of a body, and what was found wrong with them.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    policy: &'a PasswordPolicy,
    object: Map<String, Value>,
    errors: FieldErrors,
}

impl Fields<'_> {
    /// Notes that `field` is wrong.
    pub(crate) fn refuse(&mut self, field: &str, text: impl Into<String>) {
        let texts = self.errors.entry(field.to_owned()).or_default();
        texts.push(text.into());
    }

    /// Takes a required text.
    pub(crate) fn text(&mut self, field: &'static str) -> Option<String> {
        if !self.object.contains_key(field) {
            self.refuse(field, "is required");
        }
        self.optional_text(field)
    }

    /// Takes a text that may be missing.
    pub(crate) fn optional_text(&mut self, field: &'static str) -> Option<String> {
        match self.object.remove(field)? {
            Value::String(text) if text.contains('\0') => {
                self.refuse(field, "must not contain a NUL character");
                None
            }
            Value::String(text) => Some(text),
            Value::Null => {
                self.refuse(field, "must not be null");
                None
            }
            _ => {
                self.refuse(field, "must be a text");
                None
            }
        }
    }

    /// Takes a username, without the blanks around it. They count for its length alone.
    pub(crate) fn username(&mut self, field: &'static str) -> Option<String> {
        let typed = self.text(field);
        self.checked(field, typed, |typed| {
            let name = Username::trim(&typed);
            if name.is_empty() {
                return Err(UsernameError::Empty);
            }
            let fits = typed.chars().count() <= USERNAME_MAX_CHARS;
            fits.then(|| name.to_owned()).ok_or(UsernameError::TooLong)
        })
    }

    /// Takes a password of any strength.
    pub(crate) fn password(&mut self, field: &'static str) -> Option<Password> {
        let typed = self.text(field);
        self.checked(field, typed, |typed| Password::parse(typed.into()))
    }

    /// Takes a password that is to be set and has the length; its strength is judged later.
    pub(crate) fn long_password(&mut self, field: &'static str) -> Option<Password> {
        let min_chars = self.policy.min_chars;
        let typed = self.text(field);
        self.checked(field, typed, |typed| {
            Password::parse_new(typed.into(), min_chars)
        })
    }

    /// Takes a password that is to be set; `about` is what is known of its owner.
    pub(crate) fn new_password(
        &mut self,
        field: &'static str,
        about: &[&str],
    ) -> Option<NewPassword> {
        let policy = self.policy;
        let typed = self.text(field);
        self.checked(field, typed, |typed| policy.judge(typed.into(), about))
    }

    /// Takes a first or last name that may be missing.
    pub(crate) fn name(&mut self, field: &'static str) -> Option<PersonName> {
        let typed = self.optional_text(field);
        self.checked(field, typed, PersonName::parse)
    }

    /// Whatever has not been taken is no field. Its name is repeated only where it can be one.
    fn refuse_unknown(&mut self) {
        let is_name = |key: &String| {
            key.len() <= 64 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        for key in std::mem::take(&mut self.object)
            .into_iter()
            .map(|(key, _)| key)
        {
            let key = if is_name(&key) {
                key.as_str()
            } else {
                "(unknown)"
            };
            self.refuse(key, "is not a field of this request");
        }
    }

    /// Checks what was taken with `check`, and notes what it says.
    pub(crate) fn checked<T, U, E: fmt::Display>(
        &mut self,
        field: &'static str,
        taken: Option<T>,
        check: impl FnOnce(T) -> Result<U, E>,
    ) -> Option<U> {
        match check(taken?) {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(field, error.to_string());
                None
            }
        }
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
