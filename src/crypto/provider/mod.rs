//! The two algorithms that tokens are signed with, for `jsonwebtoken`.
//!
//! `jsonwebtoken` takes its primitives from one process-wide provider. Its ready-made one brings
//! `rsa` (RUSTSEC-2023-0071) and some forty crates for algorithms that are never used here, so
//! this one offers HS256 and EdDSA over Ed25519 (RFC 8037) and refuses everything else. A key has
//! a family, and an algorithm of another family is refused before the key is looked at.

mod ed25519;
mod hs256;

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};

pub(crate) use ed25519::{PublicKey, signing_key};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes this the process's provider, unless the application has installed one already (any
/// provider that knows both algorithms will do).
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if PROVIDER.install_default().is_err() {
            tracing::debug!("jsonwebtoken has a crypto provider already, using that one");
        }
    });
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the provider's signature"
)]
fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
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

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the provider's signature"
)]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
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
                assert_eq!(signer(&algorithm, encoding).is_ok(), fits, "{algorithm:?}");
                let verifier = verifier(&algorithm, decoding);
                assert_eq!(verifier.is_ok(), fits, "{algorithm:?}");
            }
        }
    }
}
