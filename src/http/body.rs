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
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::error::{ApiError, FieldErrors};
use super::refusal::Refusal;
use super::site::Site;
use crate::crypto::strength::{NewPassword, PasswordPolicy};
use crate::domain::credentials::{Password, PersonName};

/// Largest body, in bytes.
pub(crate) const MAX_BYTES: usize = 8 * 1024;
/// A body must be complete within this time.
const DEADLINE: Duration = Duration::from_secs(5);

/// A body that was read, field by field.
pub(crate) trait FromFields: Sized {
    /// Whether fields that nobody asked for are ignored instead of refused.
    const IGNORES_UNKNOWN: bool = false;

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
            Ok(bytes) => parse(&bytes, site.accounts.password_policy()),
            Err(error) => Err(error),
        };
        match value {
            Ok(value) => Outcome::Success(Self(value)),
            Err(error) => Outcome::Error(Refusal::from(error).record(request)),
        }
    }
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

fn parse<T: FromFields>(bytes: &[u8], policy: &PasswordPolicy) -> Result<T, ApiError> {
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

/// An object in which each key stands once.
struct UniqueKeys(Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = UniqueKeys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UniqueKeys, A::Error> {
                let mut object = Map::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if object.insert(key, value).is_some() {
                        return Err(de::Error::custom("a key stands twice"));
                    }
                }
                Ok(UniqueKeys(object))
            }
        }
        deserializer.deserialize_map(Keys)
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

    /// Takes a password of any strength.
    pub(crate) fn password(&mut self, field: &'static str) -> Option<Password> {
        let typed = self.text(field);
        self.checked(field, typed, |typed| Password::parse(typed.into()))
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
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Pair(String, Option<String>);

    impl FromFields for Pair {
        fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
            let one = fields.text("one");
            let two = fields.optional_text("two");
            Some(Self(one?, two))
        }
    }

    fn read_pair(bytes: &[u8]) -> Result<Pair, ApiError> {
        let policy = PasswordPolicy {
            min_chars: 12,
            context: Vec::new(),
        };
        parse(bytes, &policy)
    }

    fn errors(body: &str) -> FieldErrors {
        match read_pair(body.as_bytes()) {
            Err(ApiError::InvalidFields(errors)) => errors,
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn not_an_object_with_unique_keys_is_malformed() {
        let deep = format!("{{\"one\":{}1{}}}", "[".repeat(2000), "]".repeat(2000));
        for body in [
            "",
            " ",
            "null",
            "5",
            "\"one\"",
            "[]",
            "[\"a\",\"b\"]",
            "{",
            "{}x",
            "{'one':1}",
            "{\"one\":\"a\",\"one\":\"a\"}",
            "{\"one\":\"\\ud800\"}",
            "{\"one\":\"a\",}",
            "\u{feff}{\"one\":\"a\"}",
            &deep,
        ] {
            assert_eq!(
                read_pair(body.as_bytes()),
                Err(ApiError::MalformedBody),
                "{body:.40}"
            );
        }
        assert_eq!(
            read_pair(b"{\"one\":\"\xff\"}"),
            Err(ApiError::MalformedBody)
        );
    }

    #[test]
    fn every_field_is_reported_and_no_value() {
        assert_eq!(errors("{\"two\":{\"canary\":1}}").len(), 2);
        assert_eq!(errors("{}")["one"], ["is required"]);
        assert_eq!(errors("{\"one\":null}")["one"], ["must not be null"]);
        assert_eq!(errors("{\"one\":\"canary\\u0000\"}")["one"].len(), 1);
        for body in ["{\"one\":7}", "{\"one\":[\"canary\"]}", "{\"one\":true}"] {
            let errors = errors(body);
            assert_eq!(errors["one"], ["must be a text"]);
            assert!(!format!("{errors:?}").contains("canary"));
        }
    }

    #[test]
    fn texts_arrive_as_they_were_sent() {
        let pair = read_pair("{\"one\":\" \u{e9}\\ud83d\\ude00 \"}".as_bytes());
        assert_eq!(pair, Ok(Pair(" \u{e9}\u{1f600} ".into(), None)));
    }

    #[test]
    fn only_json_in_utf8_is_taken() {
        let takes = |text: &str| {
            text.parse::<ContentType>()
                .is_ok_and(|c| is_json_in_utf8(&c))
        };
        for good in [
            "application/json",
            "application/json; charset=UTF-8",
            "APPLICATION/JSON",
        ] {
            assert!(takes(good), "{good}");
        }
        for bad in [
            "text/plain",
            "text/json",
            "application/json; charset=utf-16",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json-patch+json",
        ] {
            assert!(!takes(bad), "{bad}");
        }
    }
}
