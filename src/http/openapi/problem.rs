//! Errors: problem details (RFC 9457), grouped by their status.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Schema};
use utoipa::openapi::{ContentBuilder, Ref, Response, ResponseBuilder, Type};

use super::answer::header;
use crate::http::response::{ApiError, Problem};

/// Returns one response for each status, with its possible codes.
pub(super) fn responses(refusals: &[ApiError]) -> Vec<(u16, Response)> {
    let mut by_status: BTreeMap<u16, Vec<&ApiError>> = BTreeMap::new();
    for refusal in refusals {
        let same = by_status.entry(refusal.answer().0.code).or_default();
        if !same.contains(&refusal) {
            same.push(refusal);
        }
    }
    let response = |(status, refusals): (u16, Vec<_>)| (status, response(status, &refusals));
    by_status.into_iter().map(response).collect()
}

fn response(status: u16, refusals: &[&ApiError]) -> Response {
    let line = |refusal: &&ApiError| format!("`{}`: {}", refusal.answer().1, refusal.detail());
    let text: Vec<_> = refusals.iter().map(line).collect();
    let schema = ContentBuilder::new().schema(Some(schema(status, refusals)));
    let mut response = ResponseBuilder::new()
        .description(text.join("\n\n"))
        .content("application/problem+json", schema.build());
    for refusal in refusals {
        if let Some((name, text)) = header_of(refusal) {
            response = response.header(name, header(text));
        }
        if clears_cookies(refusal) {
            let text = "Clears the cookies that the error makes useless.";
            response = response.header("Set-Cookie", header(text));
        }
    }
    response.build()
}

/// Returns a problem with this status and one of these codes.
fn schema(status: u16, refusals: &[&ApiError]) -> Schema {
    let codes = refusals.iter().map(|refusal| refusal.answer().1);
    let code = ObjectBuilder::new().schema_type(Type::String);
    let number = ObjectBuilder::new().schema_type(Type::Integer);
    let narrowed = ObjectBuilder::new()
        .property("status", number.enum_values(Some([json!(status)])))
        .property("code", code.enum_values(Some(codes)));
    AllOfBuilder::new()
        .item(Ref::from_schema_name(Problem::name()))
        .item(narrowed)
        .build()
        .into()
}

/// Returns the header that an error always carries.
fn header_of(refusal: &ApiError) -> Option<(&'static str, &'static str)> {
    match refusal.answer().0.code {
        401 => Some(("WWW-Authenticate", "The challenge (RFC 6750, section 3).")),
        405 => Some((
            "Allow",
            "The methods of the path (RFC 9110, section 10.2.1).",
        )),
        429 | 503 => Some((
            "Retry-After",
            "Seconds until another attempt makes sense (RFC 9110, section 10.2.3).",
        )),
        _ => None,
    }
}

fn clears_cookies(refusal: &ApiError) -> bool {
    matches!(refusal, ApiError::TokenNotValid | ApiError::SessionEnded)
}
