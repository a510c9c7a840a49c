//! The signing keys: one that signs, and others that verify.
//!
//! From each configured secret one key a purpose is derived with HKDF-SHA256 (RFC 5869), so a
//! token made for one purpose, or with one algorithm, cannot pass for another even if a check
//! were forgotten.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use sha2::Sha256;

pub use super::secret::{SECRET_MIN_BYTES, Secret, SecretError};

use super::provider::{self, PublicKey};
use super::secret::Purpose;
use crate::ring::{KeyId, RingIds};

/// How many older secrets may be listed beside the active one.
pub const OLDER_SECRETS_MAX: usize = 4;

/// A key that verifies, and the one algorithm that it does so with (RFC 8725 section 3.1).
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: DecodingKey,
}

impl VerifyingKey {
    pub(crate) fn of(public: &PublicKey) -> Self {
        Self {
            algorithm: Algorithm::EdDSA,
            key: public.verifying_key(),
        }
    }
}

/// A key that signs JWTs, and the one that verifies them.
#[derive(Clone)]
pub(crate) struct JwtKey {
    pub(crate) signing: EncodingKey,
    pub(crate) verifying: VerifyingKey,
}

impl JwtKey {
    fn hs256(secret: &Secret, purpose: Purpose) -> Self {
        let bytes = secret.derive(purpose);
        Self {
            signing: EncodingKey::from_secret(bytes.as_slice()),
            verifying: VerifyingKey {
                algorithm: Algorithm::HS256,
                key: DecodingKey::from_secret(bytes.as_slice()),
            },
        }
    }
}

/// A key for message authentication codes (HMAC-SHA256) of one purpose.
#[derive(Clone)]
pub struct MacKey(Hmac<Sha256>);

impl MacKey {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn new(key: &[u8; 32]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes any key"))
    }

    /// Returns the code of the parts, one after the other.
    #[must_use]
    pub fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey([redacted])")
    }
}

/// The keys derived from one secret.
pub struct Key {
    pub(crate) id: KeyId,
    pub(crate) access: JwtKey,
    pub(crate) access_ed25519: JwtKey,
    pub(crate) access_public: PublicKey,
    pub(crate) refresh: JwtKey,
    pub(crate) csrf: MacKey,
    attempts: MacKey,
    device: MacKey,
}

impl Key {
    fn derive(secret: &Secret) -> Self {
        let seed = secret.derive(Purpose::AccessEd25519);
        let access_public = PublicKey::of_seed(&seed);
        Self {
            id: secret.key_id(),
            access: JwtKey::hs256(secret, Purpose::Access),
            access_ed25519: JwtKey {
                signing: provider::signing_key(&seed),
                verifying: VerifyingKey::of(&access_public),
            },
            access_public,
            refresh: JwtKey::hs256(secret, Purpose::Refresh),
            csrf: MacKey::new(&secret.derive(Purpose::Csrf)),
            attempts: MacKey::new(&secret.derive(Purpose::Attempts)),
            device: MacKey::new(&secret.derive(Purpose::Device)),
        }
    }

    /// Hashes the keys under which failed attempts are counted.
    #[must_use]
    pub fn attempts(&self) -> &MacKey {
        &self.attempts
    }

    /// Signs the marks of device cookies.
    #[must_use]
    pub fn device(&self) -> &MacKey {
        &self.device
    }
}

/// The ring: the first key signs, all verify. Removing a key invalidates its tokens.
pub struct KeyRing {
    active: Key,
    others: Vec<Key>,
}

impl KeyRing {
    /// Derives the keys of `active` and of at most [`OLDER_SECRETS_MAX`] `others`, which only
    /// verify.
    #[must_use]
    pub fn new(active: &Secret, others: &[Secret]) -> Self {
        let others = others.iter().take(OLDER_SECRETS_MAX);
        Self {
            active: Key::derive(active),
            others: others.map(Key::derive).collect(),
        }
    }

    /// Returns the public names of the keys.
    #[must_use]
    pub fn ids(&self) -> RingIds {
        RingIds {
            active: self.active.id.clone(),
            others: self.others.iter().map(|key| key.id.clone()).collect(),
        }
    }

    /// Returns the key that signs.
    #[must_use]
    pub fn active(&self) -> &Key {
        &self.active
    }

    /// Returns all keys, the signing one first.
    pub fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.active).chain(&self.others)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Key> {
        self.all().find(|key| key.id.as_str() == id)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.id.as_str()).finish()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.all().map(|key| key.id.as_str());
        f.debug_list().entries(ids).finish()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn debug_shows_key_ids_only() {
        let text = Secret::generate().unwrap();
        let secret = Secret::parse(&text).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret([redacted])");
        let ring = KeyRing::new(&secret, &[]);
        let id = ring.ids().active;
        assert_eq!(format!("{ring:?}"), format!("[{:?}]", id.as_str()));
        assert!(!text.expose_secret().contains(id.as_str()));
    }
}
