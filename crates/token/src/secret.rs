//! The random secret that keys are derived from, identified by its key identifier alone.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

use super::random;
use crate::ring::KeyId;

/// The minimum length of a secret, in bytes.
pub const SECRET_MIN_BYTES: usize = 32;
/// The minimum number of different byte values in a secret.
const SECRET_MIN_DISTINCT: usize = 16;

/// What is wrong with a secret. Never contains a part of it.
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

    /// Returns a new random secret, as text for a configuration.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn generate() -> Result<SecretString, random::Error> {
        let bytes = Zeroizing::new(random::bytes::<SECRET_MIN_BYTES>()?);
        Ok(URL_SAFE_NO_PAD.encode(bytes.as_slice()).into())
    }

    /// Returns the public name of the keys derived from it.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        KeyId::from(URL_SAFE_NO_PAD.encode(&self.derive(Purpose::KeyId)[..9]))
    }

    /// Returns the key for one purpose.
    #[expect(
        clippy::expect_used,
        reason = "32 bytes are within what HKDF-SHA256 can expand to (8160)"
    )]
    pub(super) fn derive(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        let hkdf = Hkdf::<Sha256>::new(None, self.0.expose_secret());
        let mut bytes = Zeroizing::new([0; 32]);
        hkdf.expand(purpose.label(), bytes.as_mut_slice())
            .expect("32 bytes can be expanded");
        bytes
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
    /// Apart from [`Access`](Self::Access): a key has one algorithm (RFC 8725 section 3.1).
    AccessEd25519,
    Refresh,
    Csrf,
    Attempts,
    Device,
    KeyId,
}

impl Purpose {
    /// Returns the `info` input of HKDF. Changing one of these ends every session.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Access => b"rocket-accounts v1 access token",
            Self::AccessEd25519 => b"rocket-accounts v1 access token ed25519 seed",
            Self::Refresh => b"rocket-accounts v1 refresh token",
            Self::Csrf => b"rocket-accounts v1 csrf token",
            Self::Attempts => b"rocket-accounts v1 attempts",
            Self::Device => b"rocket-accounts v1 device",
            Self::KeyId => b"rocket-accounts v1 key id",
        }
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
    fn each_purpose_has_a_key_of_its_own() {
        let secret = Secret::parse(&Secret::generate().unwrap()).unwrap();
        let purposes = [
            Purpose::Access,
            Purpose::AccessEd25519,
            Purpose::Refresh,
            Purpose::Csrf,
            Purpose::Attempts,
            Purpose::KeyId,
        ];
        for (at, one) in purposes.iter().enumerate() {
            for two in &purposes[..at] {
                assert_ne!(secret.derive(*one), secret.derive(*two), "{one:?} {two:?}");
            }
        }
    }
}
