//! Section `metrics`: where metrics are served. Nowhere, unless one of the two is set.

use std::net::SocketAddr;

use secrecy::{ExposeSecret, SecretString};

use super::reader::Reader;

/// As few characters as a token may have.
const TOKEN_MIN_CHARS: usize = 16;

/// Where metrics are served, and to whom.
#[derive(Debug, Clone)]
pub struct MetricsSettings {
    /// A listener of its own, with nothing but `/metrics`.
    pub address: Option<SocketAddr>,
    /// Who shows it, as `Authorization: Bearer`, gets the metrics, below the base path too.
    pub token: Option<SecretString>,
}

impl MetricsSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
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
            reader.problem("metrics.token", "is short enough to be guessed", fix);
        }
        Self { address, token }
    }

    /// Whether metrics are served at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.address.is_some() || self.token.is_some()
    }
}
