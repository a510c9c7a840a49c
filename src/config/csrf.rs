//! Section `csrf`: who may make a browser act.

use super::origin::Origin;
use super::reader::Reader;

/// Cross-site request forgery checks.
#[derive(Debug, Clone)]
pub struct CsrfSettings {
    /// Origins beside the public one whose pages may send unsafe requests.
    pub trusted_origins: Vec<Origin>,
    /// Refuse unsafe requests that carry neither `Origin` nor `Sec-Fetch-Site`, as programs send.
    pub require_origin: bool,
}

impl CsrfSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        const KEY: &str = "csrf.trusted_origins";
        const EXAMPLE: &str = "[\"https://admin.app.example\"]";
        let mut trusted_origins = Vec::new();
        for text in reader.texts(KEY, EXAMPLE) {
            let fix = format!("write origins like {EXAMPLE}: no path, no pattern, no *");
            match Origin::parse(&text) {
                Ok(origin) if origin.is_https() || origin.is_loopback() => {
                    trusted_origins.push(origin);
                }
                Ok(_) => reader.problem(KEY, "names a plain http origin", "use https"),
                Err(error) => reader.problem(KEY, &format!("holds an entry that {error}"), &fix),
            }
        }
        Self {
            trusted_origins,
            require_origin: reader.flag("csrf.require_origin", false),
        }
    }
}
