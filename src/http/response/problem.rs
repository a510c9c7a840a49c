//! The body of a rejection.

use serde::Serialize;

use super::error::{ApiError, FieldErrors};

/// Problem details (RFC 9457).
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Problem<'a> {
    /// Always `about:blank`: `code` distinguishes problems.
    r#type: &'static str,
    /// The name of the status.
    title: &'static str,
    /// The status.
    status: u16,
    /// A sentence for the developer of the front end; may change.
    detail: &'static str,
    /// The stable name of the problem.
    code: &'static str,
    /// The errors of each field of the body; only with `invalid_fields`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, Vec<String>>, required = false))]
    errors: Option<&'a FieldErrors>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'static str>,
}

impl<'a> Problem<'a> {
    /// Returns the problem document of an error.
    pub(super) fn of(error: &'a ApiError) -> Self {
        let (status, code) = error.answer();
        Self {
            r#type: "about:blank",
            title: status.reason_lossy(),
            status: status.code,
            detail: error.detail(),
            code,
            errors: match error {
                ApiError::InvalidFields(errors) => Some(errors),
                _ => None,
            },
            part: match error {
                ApiError::NotReady(part) => Some(part.as_str()),
                _ => None,
            },
        }
    }
}
