//! The reader of cookies returns exactly what stands between `name=` and `;`, byte for byte.

use rocket_accounts::http::cookie_values;

const NAME: &str = "__Host-access_token";

pub(crate) fn run(bytes: &[u8]) {
    let Ok(header) = std::str::from_utf8(bytes) else {
        return;
    };
    let read: Vec<_> = cookie_values(header, NAME).collect();
    assert_eq!(read, expected(header), "{header:?}");
    for value in read {
        assert!(!value.contains(';') && !value.is_empty(), "{value:?}");
        assert!(header.contains(&format!("{NAME}={value}")), "{value:?}");
    }
}

/// The same, found in another way: bytes only, from the left.
fn expected(header: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for end in header.bytes().enumerate().filter(|(_, byte)| *byte == b';') {
        found.extend(value_in(&header[start..end.0]));
        start = end.0 + 1;
    }
    found.extend(value_in(&header[start..]));
    found
}

fn value_in(mut pair: &str) -> Option<&str> {
    while let Some(rest) = pair.strip_prefix(' ').or_else(|| pair.strip_prefix('\t')) {
        pair = rest;
    }
    while let Some(rest) = pair.strip_suffix(' ').or_else(|| pair.strip_suffix('\t')) {
        pair = rest;
    }
    let value = pair.strip_prefix(NAME)?.strip_prefix('=')?;
    (!value.is_empty()).then_some(value)
}
