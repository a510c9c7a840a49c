//! Access and refresh tokens: JWTs (RFC 7519, RFC 9068 for the access token's type) under the
//! checks of RFC 8725.
//!
//! | file | is about |
//! |---|---|
//! | `claims` | what a token states |
//! | `policy` | issuer, audience, lifetime and algorithm of the tokens that we issue |
//! | `issue` | signing |
//! | `verify` | every check on a presented token, the same for us and for [`AccessVerifier`](super::AccessVerifier) |

mod claims;
mod issue;
mod policy;
mod verify;

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};

pub use claims::{Claims, Kind};
pub use issue::{ISSUED_MAX_BYTES, IssueError, Issued, TokenSubject};
pub use policy::{ACCESS_LIFETIME_MAX, REFRESH_LIFETIME_MAX};
pub use policy::{AccessAlgorithm, TokenPolicy};
pub use verify::{
    PRESENTED_MAX_BYTES, TokenError, claimed_session, distinct, exactly_one_valid, signed,
};

pub(crate) use verify::{TokenVerifier, header_of};

use super::jwks;
use super::keyring::{JwtKey, Key, KeyRing};

/// Signs and verifies tokens. The ring can be replaced while requests are served.
#[derive(Debug)]
pub struct Tokens {
    ring: ArcSwap<KeyRing>,
    verifier: TokenVerifier,
}

impl Tokens {
    /// Creates tokens under `policy`, signed by the ring's active key.
    #[must_use]
    pub fn new(ring: KeyRing, policy: TokenPolicy) -> Self {
        Self {
            ring: ArcSwap::from_pointee(ring),
            verifier: TokenVerifier::new(policy),
        }
    }

    /// Returns the ring in force. A request that has taken it keeps it when it is replaced.
    pub fn ring(&self) -> Arc<KeyRing> {
        self.ring.load_full()
    }

    /// Puts another ring in force, for every request that begins from now on.
    pub fn replace_ring(&self, ring: KeyRing) {
        self.ring.store(Arc::new(ring));
    }

    /// Verifies a presented token of the given kind.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn verify(&self, kind: Kind, text: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let ring = self.ring.load();
        let key_of = |id: &str| ring.find(id).map(|key| &self.key(kind, key).verifying);
        self.verifier.verify(kind, text, now, key_of)
    }

    /// Returns the public keys of the whole ring as a JWK Set (RFC 7517), if access tokens have
    /// any: with HS256 the key that verifies is the one that signs.
    #[must_use]
    pub fn jwks(&self) -> Option<String> {
        match self.verifier.policy().access_algorithm {
            AccessAlgorithm::Hs256 => None,
            AccessAlgorithm::EdDsa => Some(jwks::document(&self.ring.load())),
        }
    }

    fn key<'k>(&self, kind: Kind, key: &'k Key) -> &'k JwtKey {
        match (kind, self.verifier.policy().access_algorithm) {
            (Kind::Access, AccessAlgorithm::Hs256) => &key.access,
            (Kind::Access, AccessAlgorithm::EdDsa) => &key.access_ed25519,
            (Kind::Refresh, _) => &key.refresh,
        }
    }
}

#[cfg(test)]
mod algorithm_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod forged_tests;
#[cfg(test)]
mod tests;
