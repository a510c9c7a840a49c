//! A web origin: scheme, host and port (RFC 6454), compared as browsers write it.

use std::fmt;

use thiserror::Error;
use url::{Host, Url};

use crate::config::reader::Reader;

/// An origin with scheme http or https.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    host: String,
    is_https: bool,
    is_loopback: bool,
}

/// What is wrong with an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OriginError {
    /// Not a URL, or one without a host.
    #[error("is not an origin")]
    Malformed,
    /// A scheme other than http and https.
    #[error("has a scheme other than http and https")]
    Scheme,
    /// More than scheme, host and port.
    #[error("has more than scheme, host and port")]
    TooMuch,
}

impl Origin {
    /// Parses `https://host[:port]`; a trailing slash is accepted.
    ///
    /// # Errors
    /// See [`OriginError`].
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError::Malformed)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OriginError::Scheme);
        }
        let host = url.host().ok_or(OriginError::Malformed)?;
        // A URL parser accepts it as a name, but the author meant a pattern.
        if text.contains('*') {
            return Err(OriginError::Malformed);
        }
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !is_bare {
            return Err(OriginError::TooMuch);
        }
        let is_loopback = match &host {
            Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        Ok(Self {
            text: url.origin().ascii_serialization(),
            host: host.to_string(),
            is_https: url.scheme() == "https",
            is_loopback,
        })
    }

    /// Returns a placeholder for an invalid origin; equal to no `Origin` header.
    pub(in crate::config) fn unset() -> Self {
        Self {
            text: String::new(),
            host: String::new(),
            is_https: true,
            is_loopback: false,
        }
    }

    /// Returns the form that browsers send.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the host alone.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns whether the scheme is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// Returns whether the host is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Reads a list of origins beside the public one: exact, and https or this machine.
pub(in crate::config) fn read_list(reader: &mut Reader<'_>, key: &'static str) -> Vec<Origin> {
    const EXAMPLE: &str = "[\"https://admin.app.example\"]";
    let mut origins = Vec::new();
    for text in reader.texts(key, EXAMPLE) {
        let fix = format!("write origins like {EXAMPLE}: no path, no pattern, no *");
        match Origin::parse(&text) {
            Ok(origin) if origin.is_https() || origin.is_loopback() => origins.push(origin),
            Ok(_) => reader.problem(key, "names a plain http origin", "use https"),
            Err(error) => reader.problem(key, &format!("holds an entry that {error}"), &fix),
        }
    }
    origins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_browsers_do() {
        let text = |from: &str| Origin::parse(from).map(|origin| origin.to_string());
        assert_eq!(
            text("https://App.Example:443/"),
            Ok("https://app.example".into())
        );
        assert_eq!(
            text("http://localhost:8000"),
            Ok("http://localhost:8000".into())
        );
        assert_eq!(
            text("https://b\u{fc}cher.example"),
            Ok("https://xn--bcher-kva.example".into())
        );
        assert_eq!(text("ftp://app.example"), Err(OriginError::Scheme));
        assert_eq!(text("https://app.example/x"), Err(OriginError::TooMuch));
        assert_eq!(text("https://u:p@app.example"), Err(OriginError::TooMuch));
        assert_eq!(text("app.example"), Err(OriginError::Malformed));
        assert_eq!(text("null"), Err(OriginError::Malformed));
        assert_eq!(text("*"), Err(OriginError::Malformed));
        assert_eq!(text("https://*.app.example"), Err(OriginError::Malformed));
    }

    #[test]
    fn loopback_is_this_machine_alone() {
        let is = |from: &str| Origin::parse(from).unwrap().is_loopback();
        for local in [
            "http://localhost",
            "http://127.0.0.2:1",
            "http://[::1]:8000",
        ] {
            assert!(is(local), "{local}");
        }
        for remote in [
            "http://localhost.example",
            "http://10.0.0.1",
            "http://mylocalhost",
        ] {
            assert!(!is(remote), "{remote}");
        }
    }
}
