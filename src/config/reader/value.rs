//! Converts figment's values to ours, and formats durations.

use std::time::Duration;

use figment::value::Value;

/// Returns whether a value is text already.
pub(in crate::config) fn is_text(value: &Value) -> bool {
    value.as_str().is_some()
}

/// Returns whether a value is a list of texts, or one text that is split into a list.
pub(in crate::config) fn are_texts(value: &Value) -> bool {
    match value {
        Value::Array(_, values) => values.iter().all(is_text),
        value => is_text(value),
    }
}

/// Returns a text, or a number or flag that an environment variable was parsed as.
pub(in crate::config) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Bool(_, flag) => Some(flag.to_string()),
        Value::Num(_, number) => as_whole(value)
            .map(|n| n.to_string())
            .or_else(|| number.to_f64().map(|n| n.to_string())),
        Value::Char(_, c) => Some(c.to_string()),
        _ => None,
    }
}

/// Returns a whole number, whichever integer type the provider used.
pub(in crate::config) fn as_whole(value: &Value) -> Option<i128> {
    let unsigned = || value.to_u128().and_then(|n| i128::try_from(n).ok());
    value.to_i128().or_else(unsigned)
}

/// Returns a list, or a text with commas, as an environment variable has it.
pub(in crate::config) fn as_texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(_, values) => values.iter().map(as_text).collect(),
        Value::String(_, text) => {
            let inner = text
                .strip_prefix('[')
                .and_then(|text| text.strip_suffix(']'));
            let parts = inner
                .unwrap_or(text)
                .split(',')
                .map(|part| part.trim().trim_matches('"'))
                .filter(|part| !part.is_empty());
            Some(parts.map(str::to_owned).collect())
        }
        _ => None,
    }
}

/// Returns a duration in the largest unit that divides it: 90 days are `90d`, not months and hours.
pub(in crate::config) fn in_one_unit(span: Duration) -> String {
    let millis = span.as_millis();
    let units = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "m"),
        (1000, "s"),
    ];
    let unit = units
        .into_iter()
        .find(|(size, _)| millis.is_multiple_of(*size));
    match unit {
        Some(_) if millis == 0 => "0s".to_owned(),
        Some((size, name)) => format!("{}{name}", millis / size),
        None => format!("{millis}ms"),
    }
}

/// Parses a literal of this module's callers; a unit test reads every default.
pub(in crate::config) fn parse_span(text: &str) -> Duration {
    humantime::parse_duration(text).unwrap_or_default()
}
