//! A request may act only if it says `same-origin` or `none` itself, or names an origin that is
//! ours byte for byte, or names nothing at all; and never if it says either thing twice.
//!
//! The input is a list of headers, one a line: `s` for Sec-Fetch-Site, `o` for Origin.

use rocket_accounts::config::{CsrfSettings, Origin};
use rocket_accounts::http::fuzzing::admits;

const PUBLIC: &str = "https://app.example";
const TRUSTED: &str = "https://admin.example:8443";

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let header = |line: &str| {
        let name = match line.chars().next()? {
            's' => "Sec-Fetch-Site",
            'S' => "sec-fetch-site",
            'o' => "Origin",
            'O' => "ORIGIN",
            _ => return None,
        };
        Some((name.to_owned(), line[1..].to_owned()))
    };
    let headers: Vec<_> = text.lines().filter_map(header).collect();
    let parse = |text| Origin::parse(text).unwrap();
    for require_origin in [false, true] {
        let settings = CsrfSettings {
            trusted_origins: vec![parse(TRUSTED)],
            require_origin,
        };
        let is_admitted = admits(&parse(PUBLIC), &settings, &headers);
        assert_eq!(
            is_admitted,
            may_act(&headers, require_origin),
            "{headers:?}"
        );
    }
}

/// The rules once more, as the requirement XS1 tells them.
fn may_act(headers: &[(String, String)], require_origin: bool) -> bool {
    let all = |name: &str| -> Vec<&str> {
        let named = headers
            .iter()
            .filter(|(found, _)| found.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    };
    match (&*all("Sec-Fetch-Site"), &*all("Origin")) {
        ([], []) => !require_origin,
        (["same-origin" | "none"], [] | [_]) | ([], [PUBLIC]) | ([] | [_], [TRUSTED]) => true,
        _ => false,
    }
}
