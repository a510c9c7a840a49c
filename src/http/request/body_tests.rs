//! What a body may be, and what is said of one that may not.

use super::*;
use crate::http::request::Flag;
#[cfg(feature = "openapi")]
use crate::http::request::body_schema::{BodySchema, Text};
use crate::http::response::FieldErrors;
use serde_json::json;

#[derive(Debug, PartialEq)]
struct Pair(String, Option<String>);

impl FromFields for Pair {
    #[cfg(feature = "openapi")]
    fn schema(body: BodySchema) -> BodySchema {
        body.required("one", Text::Name).optional("two", Text::Name)
    }

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let one = fields.text("one");
        let two = fields.optional_text("two");
        Some(Self(one?, two))
    }
}

fn read_pair(bytes: &[u8]) -> Result<Pair, ApiError> {
    parse(bytes, &policy())
}

fn policy() -> PasswordPolicy {
    PasswordPolicy {
        min_chars: 12,
        context: Vec::new(),
    }
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
    assert_eq!(errors("{}")["one"], ["One is required"]);
    assert_eq!(errors("{\"one\":null}")["one"], ["One must not be null"]);
    assert_eq!(errors("{\"one\":\"canary\\u0000\"}")["one"].len(), 1);
    for body in ["{\"one\":7}", "{\"one\":[\"canary\"]}", "{\"one\":true}"] {
        let errors = errors(body);
        assert_eq!(errors["one"], ["One must be a string"]);
        assert!(!format!("{errors:?}").contains("canary"));
    }
}

#[test]
fn a_flag_is_true_or_false_and_its_default_without_it() {
    const FLAG: Flag = Flag {
        name: "two",
        default: true,
        text: "",
    };
    let policy = policy();
    let mut taken = Vec::new();
    for two in [
        json!(true),
        json!(false),
        json!(null),
        json!("false"),
        json!(0),
    ] {
        let mut object = serde_json::Map::new();
        object.insert("two".to_owned(), two);
        let mut fields = Fields::new(&policy, object);
        let flag = fields.flag(FLAG);
        taken.push((flag, fields.into_errors().is_empty()));
    }
    let good = [(true, true), (false, true)];
    assert_eq!(taken, [&good[..], &[(true, false); 3]].concat());
    assert!(Fields::new(&policy, serde_json::Map::new()).flag(FLAG));
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
