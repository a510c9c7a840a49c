//! The two algorithms that tokens are signed with: HS256, and EdDSA over Ed25519 (RFC 8037).
//!
//! `jsonwebtoken` takes its primitives from one provider for the whole process, which belongs to
//! the host application: this code is called directly and installs no provider. The ready-made one
//! brings `rsa` (RUSTSEC-2023-0071) and some forty crates for algorithms that are never used here.
//! A key has a family, and an algorithm of another family is refused before the key is looked at.

mod ed25519;
mod hs256;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};

pub(crate) use ed25519::{PublicKey, signing_key};

/// Returns the signature of a message, in base64url.
pub(crate) fn sign(
    message: &[u8],
    key: &EncodingKey,
    algorithm: Algorithm,
) -> Result<String, Error> {
    let signature = signer(algorithm, key)?.try_sign(message)?;
    Ok(URL_SAFE_NO_PAD.encode(signature))
}

/// Returns whether a signature, in base64url, is that of a message.
pub(crate) fn verify(
    signature: &str,
    message: &[u8],
    key: &DecodingKey,
    algorithm: Algorithm,
) -> bool {
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
        return false;
    };
    let verifier = verifier(algorithm, key);
    verifier.is_ok_and(|verifier| verifier.verify(message, &signature).is_ok())
}

fn signer(algorithm: Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    match (algorithm, key.family()) {
        (Algorithm::HS256, AlgorithmFamily::Hmac) => {
            Ok(Box::new(hs256::Hs256::new(key.as_bytes())?))
        }
        (Algorithm::EdDSA, AlgorithmFamily::Ed) => {
            Ok(Box::new(ed25519::Ed25519Signer::new(key.as_bytes())?))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

fn verifier(algorithm: Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    let bytes = key.try_get_as_bytes()?;
    match (algorithm, key.family()) {
        (Algorithm::HS256, AlgorithmFamily::Hmac) => Ok(Box::new(hs256::Hs256::new(bytes)?)),
        (Algorithm::EdDSA, AlgorithmFamily::Ed) => {
            Ok(Box::new(ed25519::Ed25519Verifier::new(bytes)?))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_of_another_family_gets_no_key() {
        let seed = [7; ed25519::SEED_BYTES];
        let public = PublicKey::of_seed(&seed);
        let hmac = (
            EncodingKey::from_secret(&seed),
            DecodingKey::from_secret(&seed),
        );
        let ed = (signing_key(&seed), public.verifying_key());
        for algorithm in [
            Algorithm::HS256,
            Algorithm::HS384,
            Algorithm::HS512,
            Algorithm::RS256,
            Algorithm::PS256,
            Algorithm::ES256,
            Algorithm::EdDSA,
        ] {
            for (family, (encoding, decoding)) in
                [(Algorithm::HS256, &hmac), (Algorithm::EdDSA, &ed)]
            {
                let fits = algorithm == family;
                assert_eq!(signer(algorithm, encoding).is_ok(), fits, "{algorithm:?}");
                let verifier = verifier(algorithm, decoding);
                assert_eq!(verifier.is_ok(), fits, "{algorithm:?}");
            }
        }
    }
}
