//! Section `metrics`: where metrics are served. Nowhere, if neither setting is set.

use std::net::SocketAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::config::reader::Reader;

/// The minimum length of a token, in characters.
const TOKEN_MIN_CHARS: usize = 16;

/// Where metrics are served, and to whom.
#[derive(Debug, Clone)]
pub struct MetricsSettings {
    /// A separate listener that serves only `/metrics`.
    pub address: Option<SocketAddr>,
    /// The token (`Authorization: Bearer`) that gives access to metrics, also below the base path.
    pub token: Option<SecretString>,
}

impl MetricsSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let address = reader.optional_string("metrics.address", None);
        let address = address.and_then(|text| {
            let address = text.parse().ok();
            if address.is_none() {
                let fix = "write it like \"127.0.0.1:8002\" or \"[::1]:8002\"";
                reader.problem("metrics.address", "is not an address with a port", fix);
            }
            address
        });
        let token = reader.secret("metrics.token");
        if let Some(token) = &token
            && token.expose_secret().chars().count() < TOKEN_MIN_CHARS
        {
            let fix = "use 16 characters or more, like `rocket-accounts key generate` prints";
            reader.problem("metrics.token", "is too short", fix);
        }
        let settings = Self { address, token };
        if cfg!(not(feature = "metrics")) && settings.is_on() {
            let fix = "build it with feature `metrics`, or remove the setting";
            reader.problem(
                "metrics",
                "is set, but this program was built without metrics",
                fix,
            );
        }
        settings
    }

    /// Returns whether metrics are served at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.address.is_some() || self.token.is_some()
    }
}
