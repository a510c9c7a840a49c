//! CSRF protection by headers. The first layer checks where a request comes from; the second, the
//! token, is [`Accounts::check_csrf`](rocket_accounts_core::auth::Accounts::check_csrf).
//!
//! `Sec-Fetch-Site` (Fetch Metadata) is checked first, because no page can set it; `Origin` (RFC
//! 6454) decides if it is missing or names another site. A request without either is not from a
//! browser. The public origin comes from the configuration, never from `Host`.

use rocket::http::{HeaderMap, Method};

use crate::config::{CorsSettings, CsrfSettings, Origin};

/// The origins whose pages may send unsafe requests.
#[derive(Debug, Clone)]
pub(crate) struct OriginPolicy {
    public: String,
    trusted: Vec<String>,
    require_origin: bool,
}

impl OriginPolicy {
    /// Creates the policy. Origins whose pages may read responses are trusted too: they can get a
    /// CSRF token.
    pub(crate) fn new(public: &Origin, settings: &CsrfSettings, cors: &CorsSettings) -> Self {
        let trusted = settings.trusted_origins.iter();
        let trusted = trusted.chain(&cors.allowed_origins);
        Self {
            public: public.as_str().to_owned(),
            trusted: trusted.map(|origin| origin.as_str().to_owned()).collect(),
            require_origin: settings.require_origin,
        }
    }

    /// Returns whether an unsafe request with these headers is admitted.
    pub(crate) fn admits(&self, headers: &HeaderMap<'_>) -> bool {
        let (Ok(site), Ok(origin)) = (single(headers, "Sec-Fetch-Site"), single(headers, "Origin"))
        else {
            return false;
        };
        let is_trusted = |origin: &str| self.trusted.iter().any(|trusted| trusted == origin);
        match (site, origin) {
            (Some("same-origin" | "none"), _) => true,
            (Some(_), origin) => origin.is_some_and(is_trusted),
            (None, Some(origin)) => origin == self.public || is_trusted(origin),
            (None, None) => !self.require_origin,
        }
    }

    /// Logs a refused unsafe request with both origins: most often it comes from a development
    /// server, or the public origin is not the one in the address bar.
    pub(crate) fn log_refusal(&self, headers: &HeaderMap<'_>) {
        let shown = |name| single(headers, name).ok().flatten().map(shown);
        tracing::warn!(
            origin = shown("Origin"),
            sec_fetch_site = shown("Sec-Fetch-Site"),
            expected = self.public,
            "an unsafe request was refused because of its origin: it comes from another site, or \
             accounts.public_origin is not the one in the browser's address bar; further origins, \
             such as that of a development server, belong in accounts.csrf.trusted_origins"
        );
    }
}

/// Returns a header if it has the form that browsers write, so that it is safe to log.
fn shown(value: &str) -> &str {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-.:/[]".contains(c);
    if value.len() <= 255 && value.chars().all(is_plain) {
        value
    } else {
        "(unreadable)"
    }
}

/// Returns the header's value, `None` without one, `Err` if it came more than once.
pub(crate) fn single<'h>(headers: &'h HeaderMap<'_>, name: &'h str) -> Result<Option<&'h str>, ()> {
    let mut values = headers.get(name);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(()),
    }
}

/// Returns whether a method is unsafe.
pub(crate) fn is_unsafe(method: Method) -> bool {
    is_unsafe_name(method.as_str())
}

/// Returns whether the method with this name is unsafe, as an unknown one is (RFC 9110 section
/// 9.2.1).
pub(crate) fn is_unsafe_name(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "OPTIONS")
}

#[cfg(test)]
mod tests {
    use rocket::http::Header;

    use super::*;

    fn admits(headers: &[(&'static str, &'static str)]) -> bool {
        let policy = OriginPolicy {
            public: "https://app.example".into(),
            trusted: vec!["https://admin.app.example".into()],
            require_origin: false,
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.add(Header::new(*name, *value));
        }
        policy.admits(&map)
    }

    #[test]
    fn fetch_metadata_decides_first() {
        for site in ["same-origin", "none"] {
            assert!(admits(&[("Sec-Fetch-Site", site)]), "{site}");
            assert!(admits(&[
                ("sec-fetch-site", site),
                ("Origin", "https://x.example")
            ]));
        }
        for site in [
            "same-site",
            "cross-site",
            "",
            "SAME-ORIGIN",
            "same-origin, none",
        ] {
            assert!(!admits(&[("Sec-Fetch-Site", site)]), "{site}");
            assert!(!admits(&[
                ("Sec-Fetch-Site", site),
                ("Origin", "https://app.example")
            ]));
            assert!(admits(&[
                ("Sec-Fetch-Site", site),
                ("Origin", "https://admin.app.example")
            ]));
        }
    }

    #[test]
    fn origin_decides_without_it() {
        assert!(admits(&[]));
        assert!(admits(&[("Origin", "https://app.example")]));
        assert!(admits(&[("Origin", "https://admin.app.example")]));
        for origin in [
            "null",
            "",
            "http://app.example",
            "https://app.example:8443",
            "https://app.example.evil.example",
            "https://evil.app.example",
            "https://APP.example",
            "https://app.example/",
        ] {
            assert!(!admits(&[("Origin", origin)]), "{origin:?}");
        }
    }

    #[test]
    fn a_log_shows_what_a_browser_could_have_sent() {
        for plain in ["https://[::1]:8000", "null", "same-site", ""] {
            assert_eq!(shown(plain), plain);
        }
        let long = "a".repeat(256);
        for strange in ["https://a\nb", "a b", "\u{1b}[31m", "ä", "<a>", &long] {
            assert_eq!(shown(strange), "(unreadable)", "{strange:?}");
        }
    }

    #[test]
    fn repeated_headers_admit_nothing() {
        let site = ("Sec-Fetch-Site", "same-origin");
        let origin = ("Origin", "https://app.example");
        assert!(!admits(&[site, site]));
        assert!(!admits(&[origin, origin]));
        assert!(!admits(&[site, origin, origin]));
    }
}
