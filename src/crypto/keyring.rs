//! The signing keys: one that signs, and older ones that still verify.
//!
//! From each configured secret one key a purpose is derived with HKDF-SHA256 (RFC 5869), so a
//! token made for one purpose cannot pass for another even if a check were forgotten.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit};
use jsonwebtoken::{DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

use super::{hs256, random};

/// Fewest bytes of a secret.
pub const SECRET_MIN_BYTES: usize = 32;
/// Fewest different byte values in a secret.
const SECRET_MIN_DISTINCT: usize = 16;
/// How many older secrets may be listed beside the active one.
pub const OLDER_SECRETS_MAX: usize = 4;

/// What is wrong with a secret. Never tells a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Not base64.
    #[error("is not base64")]
    Encoding,
    /// Shorter than [`SECRET_MIN_BYTES`].
    #[error("has fewer than {SECRET_MIN_BYTES} bytes after base64 decoding")]
    TooShort,
    /// Too regular to be random.
    #[error("has fewer than {SECRET_MIN_DISTINCT} different byte values, so it is not random")]
    TooRegular,
}

/// A secret of at least 32 random bytes.
pub struct Secret(SecretBox<Vec<u8>>);

impl Secret {
    /// Reads a secret from base64 (standard or URL-safe alphabet, padded or not).
    ///
    /// # Errors
    /// See [`SecretError`].
    pub fn parse(text: &SecretString) -> Result<Self, SecretError> {
        const CONFIG: GeneralPurposeConfig =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let standard = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
        let url_safe = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);
        let text = text.expose_secret().trim();
        let bytes = standard.decode(text).or_else(|_| url_safe.decode(text));
        let bytes = bytes.map_err(|_| SecretError::Encoding)?;
        let secret = Self(SecretBox::new(Box::new(bytes)));
        secret.check()?;
        Ok(secret)
    }

    /// A new random secret, as text for a configuration.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn generate() -> Result<SecretString, random::Error> {
        let bytes = Zeroizing::new(random::bytes::<SECRET_MIN_BYTES>()?);
        Ok(URL_SAFE_NO_PAD.encode(bytes.as_slice()).into())
    }

    fn check(&self) -> Result<(), SecretError> {
        let bytes = self.0.expose_secret();
        if bytes.len() < SECRET_MIN_BYTES {
            return Err(SecretError::TooShort);
        }
        let mut seen = [false; 256];
        for byte in bytes {
            seen[usize::from(*byte)] = true;
        }
        if seen.iter().filter(|seen| **seen).count() < SECRET_MIN_DISTINCT {
            return Err(SecretError::TooRegular);
        }
        Ok(())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// What a derived key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Access,
    Refresh,
    Csrf,
    Attempts,
    KeyId,
}

impl Purpose {
    /// The `info` input of HKDF. Changing one of these ends every session.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Access => b"rocket-accounts v1 access token",
            Self::Refresh => b"rocket-accounts v1 refresh token",
            Self::Csrf => b"rocket-accounts v1 csrf token",
            Self::Attempts => b"rocket-accounts v1 attempts",
            Self::KeyId => b"rocket-accounts v1 key id",
        }
    }
}

/// One derived key for signing and verifying JWTs.
#[derive(Clone)]
pub(crate) struct JwtKey {
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

/// The keys derived from one secret.
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) access: JwtKey,
    pub(crate) refresh: JwtKey,
    pub(crate) csrf: Hmac<Sha256>,
    pub(crate) attempts: Hmac<Sha256>,
}

impl Key {
    fn derive(secret: &Secret) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, secret.0.expose_secret());
        let jwt = |purpose| {
            let bytes = expand(&hkdf, purpose);
            JwtKey {
                encoding: EncodingKey::from_secret(bytes.as_slice()),
                decoding: DecodingKey::from_secret(bytes.as_slice()),
            }
        };
        Self {
            id: URL_SAFE_NO_PAD.encode(&expand(&hkdf, Purpose::KeyId)[..9]),
            access: jwt(Purpose::Access),
            refresh: jwt(Purpose::Refresh),
            csrf: mac(&expand(&hkdf, Purpose::Csrf)),
            attempts: mac(&expand(&hkdf, Purpose::Attempts)),
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "32 bytes are within what HKDF-SHA256 can expand to (8160)"
)]
fn expand(hkdf: &Hkdf<Sha256>, purpose: Purpose) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    hkdf.expand(purpose.label(), bytes.as_mut_slice())
        .expect("32 bytes can be expanded");
    bytes
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn mac(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes any key")
}

/// The ring: the first key signs, all verify. A key that leaves the ring takes its tokens along.
pub struct KeyRing {
    active: Key,
    older: Vec<Key>,
}

impl KeyRing {
    /// Derives the keys of `active` and of at most [`OLDER_SECRETS_MAX`] `older` secrets.
    #[must_use]
    pub fn new(active: &Secret, older: &[Secret]) -> Self {
        hs256::install();
        let older = older.iter().take(OLDER_SECRETS_MAX);
        Self {
            active: Key::derive(active),
            older: older.map(Key::derive).collect(),
        }
    }

    pub(crate) fn active(&self) -> &Key {
        &self.active
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.active).chain(&self.older)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Key> {
        self.all().find(|key| key.id == id)
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
    use super::*;

    fn parse(text: &str) -> Result<(), SecretError> {
        Secret::parse(&text.into()).map(|_| ())
    }

    #[test]
    fn weak_secrets_are_refused() {
        assert_eq!(parse("not base64 at all!"), Err(SecretError::Encoding));
        assert_eq!(parse("c2hvcnQ="), Err(SecretError::TooShort));
        let regular = URL_SAFE_NO_PAD.encode([7; 64]);
        assert_eq!(parse(&regular), Err(SecretError::TooRegular));
        assert_eq!(parse(""), Err(SecretError::TooShort));
    }

    #[test]
    fn generated_secrets_are_good_and_differ() {
        let (one, two) = (Secret::generate().unwrap(), Secret::generate().unwrap());
        assert!(Secret::parse(&one).is_ok());
        assert_ne!(one.expose_secret(), two.expose_secret());
    }

    #[test]
    fn either_alphabet_is_read() {
        let bytes: Vec<u8> = (200..=255).collect();
        let standard = base64::engine::general_purpose::STANDARD.encode(&bytes);
        assert!(parse(&standard).is_ok());
        assert!(parse(&URL_SAFE_NO_PAD.encode(&bytes)).is_ok());
    }

    #[test]
    fn debug_shows_key_ids_only() {
        let text = Secret::generate().unwrap();
        let secret = Secret::parse(&text).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret([redacted])");
        let ring = KeyRing::new(&secret, &[]);
        assert_eq!(format!("{ring:?}"), format!("[{:?}]", ring.active().id));
        assert!(!text.expose_secret().contains(&ring.active().id));
    }
}
