//! Ed25519 (RFC 8032), under the name `EdDSA` that RFC 8037 gives it in a token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use zeroize::Zeroizing;

/// Bytes of a private key.
pub(crate) const SEED_BYTES: usize = 32;
/// The bytes before the seed in PKCS#8 (RFC 8410 section 7). The ready-made providers of
/// `jsonwebtoken` expect that form, so a host's own provider can work with our keys.
const PKCS8_HEAD: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// Returns the private key as `jsonwebtoken` takes one.
pub(crate) fn signing_key(seed: &[u8; SEED_BYTES]) -> EncodingKey {
    let mut pkcs8 = Zeroizing::new([0; PKCS8_HEAD.len() + SEED_BYTES]);
    let (head, body) = pkcs8.split_at_mut(PKCS8_HEAD.len());
    head.copy_from_slice(&PKCS8_HEAD);
    body.copy_from_slice(seed);
    EncodingKey::from_ed_der(pkcs8.as_slice())
}

/// A public key that signatures can be trusted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PublicKey([u8; 32]);

impl PublicKey {
    pub(crate) fn of_seed(seed: &[u8; SEED_BYTES]) -> Self {
        Self(SigningKey::from_bytes(seed).verifying_key().to_bytes())
    }

    /// Reads the `x` of a JWK. A point of small order is refused: under such a key one signature
    /// fits many messages.
    pub(crate) fn parse(x: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(x).ok()?;
        let bytes: [u8; 32] = bytes.try_into().ok()?;
        let key = VerifyingKey::from_bytes(&bytes).ok()?;
        (!key.is_weak()).then_some(Self(bytes))
    }

    /// Returns the `x` of a JWK.
    pub(crate) fn x(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    pub(crate) fn verifying_key(&self) -> DecodingKey {
        DecodingKey::from_ed_der(&self.0)
    }
}

/// Wipes its key when it is dropped.
pub(super) struct Ed25519Signer(SigningKey);

impl Ed25519Signer {
    pub(super) fn new(pkcs8: &[u8]) -> Result<Self, Error> {
        let seed = pkcs8.strip_prefix(&PKCS8_HEAD);
        let seed = seed.and_then(|seed| <&[u8; SEED_BYTES]>::try_from(seed).ok());
        let seed = seed.ok_or(ErrorKind::InvalidEddsaKey)?;
        Ok(Self(SigningKey::from_bytes(seed)))
    }
}

impl Signer<Vec<u8>> for Ed25519Signer {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let signed = ed25519_dalek::Signer::try_sign(&self.0, message);
        let signed: Signature = signed.map_err(|_| signature::Error::new())?;
        Ok(signed.to_bytes().to_vec())
    }
}

impl JwtSigner for Ed25519Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

pub(super) struct Ed25519Verifier(VerifyingKey);

impl Ed25519Verifier {
    pub(super) fn new(key: &[u8]) -> Result<Self, Error> {
        let key = VerifyingKey::try_from(key).map_err(|_| ErrorKind::InvalidEddsaKey)?;
        Ok(Self(key))
    }
}

impl Verifier<Vec<u8>> for Ed25519Verifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let signature = Signature::from_slice(signature).map_err(|_| signature::Error::new())?;
        // Strict: exactly one signature is valid for a message and a key, and keys of small order
        // are refused.
        let checked = self.0.verify_strict(message, &signature);
        checked.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Ed25519Verifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
        std::array::from_fn(byte)
    }

    /// RFC 8032 section 7.1, TEST 2.
    #[test]
    fn the_vector_of_the_standard() {
        let seed = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let public = bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let signature: [u8; 64] = bytes(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        );
        assert_eq!(PublicKey::of_seed(&seed), PublicKey(public));
        let signer = Ed25519Signer::new(signing_key(&seed).as_bytes()).unwrap();
        assert_eq!(signer.try_sign(&[0x72]).unwrap(), signature);
        let verifier = Ed25519Verifier::new(&public).unwrap();
        assert!(verifier.verify(&[0x72], &signature.to_vec()).is_ok());
        for at in 0..64 {
            let mut bad = signature.to_vec();
            bad[at] ^= 1;
            assert!(verifier.verify(&[0x72], &bad).is_err(), "byte {at}");
        }
        assert!(verifier.verify(&[0x73], &signature.to_vec()).is_err());
        assert!(verifier.verify(&[0x72], &signature[..63].to_vec()).is_err());
    }

    #[test]
    fn a_public_key_is_read_in_one_form_only() {
        let key = PublicKey::of_seed(&[9; 32]);
        assert_eq!(PublicKey::parse(&key.x()), Some(key));
        let padded = format!("{}=", key.x());
        // The neutral element, of order one.
        let mut weak = [0; 32];
        weak[0] = 1;
        let weak = URL_SAFE_NO_PAD.encode(weak);
        for bad in ["", "AAAA", &padded, &key.x()[1..], &weak] {
            assert_eq!(PublicKey::parse(bad), None, "{bad}");
        }
    }
}
