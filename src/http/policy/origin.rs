//! CSRF protection as far as it is about headers. The first layer asks where a request comes
//! from; the second, the token, is [`Accounts::check_csrf`](rocket_accounts_core::auth::Accounts::check_csrf).
//!
//! `Sec-Fetch-Site` (Fetch Metadata) is believed first, since no page can set it; `Origin`
//! (RFC 6454) decides where it is missing or names another site. A request without either is not
//! a browser's. The public origin comes from the configuration, never from `Host`.

use rocket::http::{HeaderMap, Method};

use crate::config::{CorsSettings, CsrfSettings, Origin};

/// Which origins may make a browser act.
#[derive(Debug, Clone)]
pub(crate) struct OriginPolicy {
    public: String,
    trusted: Vec<String>,
    require_origin: bool,
}

impl OriginPolicy {
    /// Origins whose pages may read answers are trusted too: they can get a CSRF token.
    pub(crate) fn new(public: &Origin, settings: &CsrfSettings, cors: &CorsSettings) -> Self {
        let trusted = settings.trusted_origins.iter();
        let trusted = trusted.chain(&cors.allowed_origins);
        Self {
            public: public.as_str().to_owned(),
            trusted: trusted.map(|origin| origin.as_str().to_owned()).collect(),
            require_origin: settings.require_origin,
        }
    }

    /// Whether a request with these headers may act.
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

    /// Logs an unsafe request that was not admitted, with both origins: most often it is that of a
    /// development server, or the public origin is not what the address bar shows.
    pub(crate) fn log_refusal(&self, headers: &HeaderMap<'_>) {
        let shown = |name| single(headers, name).ok().flatten().map(shown);
        tracing::warn!(
            origin = shown("Origin"),
            sec_fetch_site = shown("Sec-Fetch-Site"),
            expected = self.public,
            "an unsafe request was refused because of its origin: a page elsewhere, or \
             accounts.public_origin is not what the browser's address bar shows; further origins, \
             such as that of a development server, belong into accounts.csrf.trusted_origins"
        );
    }
}

/// As much of a header as a log may show: what a browser writes there has no other form.
fn shown(value: &str) -> &str {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-.:/[]".contains(c);
    if value.len() <= 255 && value.chars().all(is_plain) {
        value
    } else {
        "(unreadable)"
    }
}

/// The header's value, `None` without one, `Err` if it came more than once.
pub(crate) fn single<'h>(headers: &'h HeaderMap<'_>, name: &'h str) -> Result<Option<&'h str>, ()> {
    let mut values = headers.get(name);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(()),
    }
}

/// Whether a method may change something.
pub(crate) fn is_unsafe(method: Method) -> bool {
    is_unsafe_name(method.as_str())
}

/// Whether the method with this name may: one that nobody knows may too (RFC 9110 section 9.2.1).
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
