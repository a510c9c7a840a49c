//! JWK Sets (RFC 7517) with Ed25519 keys (RFC 8037): made from a ring, read by services that
//! verify.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::keyring::{KeyRing, VerifyingKey};
use super::provider::PublicKey;

/// More keys than any ring has: a document with more is not ours.
const KEYS_MAX: usize = 32;
/// The longest document that is parsed, in bytes.
const DOCUMENT_MAX_BYTES: usize = 64 * 1024;

/// Why a document cannot be used to verify tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JwksError {
    /// Not JSON with a list `keys` of objects, or far too long.
    #[error("the document is not a JWK Set")]
    Malformed,
    /// No key in it is for EdDSA signatures.
    #[error("the JWK Set has no Ed25519 key for signatures")]
    NoKey,
    /// A key for EdDSA signatures has no `kid`, or an `x` that is no sound public key.
    #[error("the JWK Set has a damaged Ed25519 key")]
    BadKey,
    /// Two keys have one name.
    #[error("the JWK Set has two keys with one kid")]
    Ambiguous,
    /// A key has a private part.
    #[error("the JWK Set has a private key: it leaked, and must not be used")]
    Private,
}

#[derive(Serialize)]
struct Published<'a> {
    kty: &'static str,
    crv: &'static str,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    kid: &'a str,
    x: String,
}

/// Returns the public keys for access tokens, the active one first.
pub(crate) fn document(ring: &KeyRing) -> String {
    let key = |key: &'_ super::keyring::Key| {
        serde_json::json!(Published {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            usage: "sig",
            kid: key.id.as_str(),
            x: key.access_public.x(),
        })
    };
    serde_json::json!({ "keys": ring.all().map(key).collect::<Vec<_>>() }).to_string()
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Map<String, Value>>,
}

/// Returns the keys of a document that are for EdDSA signatures, by name. Others are left out, as
/// RFC 7517 section 5 says.
pub(crate) fn parse(document: &str) -> Result<HashMap<String, VerifyingKey>, JwksError> {
    if document.len() > DOCUMENT_MAX_BYTES {
        return Err(JwksError::Malformed);
    }
    let set: Set = serde_json::from_str(document).map_err(|_| JwksError::Malformed)?;
    if set.keys.len() > KEYS_MAX {
        return Err(JwksError::Malformed);
    }
    let mut keys = HashMap::new();
    for jwk in &set.keys {
        let member = |name: &str| jwk.get(name).and_then(Value::as_str);
        // `d` is the private part of OKP, EC and RSA keys, `k` a symmetric key.
        if jwk.contains_key("d") || jwk.contains_key("k") {
            return Err(JwksError::Private);
        }
        let is_ours = member("kty") == Some("OKP")
            && member("crv") == Some("Ed25519")
            && member("alg").is_none_or(|alg| alg == "EdDSA")
            && member("use").is_none_or(|usage| usage == "sig");
        if !is_ours {
            continue;
        }
        let kid = member("kid").ok_or(JwksError::BadKey)?;
        let public = member("x").and_then(PublicKey::parse);
        let key = VerifyingKey::of(&public.ok_or(JwksError::BadKey)?);
        if keys.insert(kid.to_owned(), key).is_some() {
            return Err(JwksError::Ambiguous);
        }
    }
    if keys.is_empty() {
        return Err(JwksError::NoKey);
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;
    use crate::keyring::Secret;

    #[test]
    fn the_document_has_the_public_keys_of_the_ring_and_no_secret() {
        let texts = [Secret::generate().unwrap(), Secret::generate().unwrap()];
        let [active, older] = texts.each_ref().map(|text| Secret::parse(text).unwrap());
        let ids = [active.key_id(), older.key_id()];
        let ring = KeyRing::new(&active, &[older]);
        let text = document(&ring);
        let parsed: Value = serde_json::from_str(&text).unwrap();
        let keys = parsed["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 2);
        for (key, id) in keys.iter().zip(&ids) {
            let mut members: Vec<_> = key.as_object().unwrap().keys().collect();
            members.sort();
            assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
            assert_eq!(key["kty"], "OKP");
            assert_eq!(key["crv"], "Ed25519");
            assert_eq!(key["alg"], "EdDSA");
            assert_eq!(key["use"], "sig");
            assert_eq!(key["kid"], id.as_str());
            // 32 bytes, and the key of another purpose in none of them.
            assert_eq!(key["x"].as_str().unwrap().len(), 43);
        }
        for secret in &texts {
            assert!(!text.contains(secret.expose_secret()));
        }
        assert_eq!(parse(&text).unwrap().len(), 2);
    }

    #[test]
    fn a_document_is_taken_as_a_whole_or_not_at_all() {
        let secret = Secret::parse(&Secret::generate().unwrap()).unwrap();
        let own: Value = serde_json::from_str(&document(&KeyRing::new(&secret, &[]))).unwrap();
        let good = own["keys"][0].clone();
        let with = |name: &str, value: Value| {
            let mut key = good.clone();
            key[name] = value;
            key
        };
        let read =
            |keys: &[Value]| parse(&json!({ "keys": keys }).to_string()).map(|keys| keys.len());
        let rsa = json!({"kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB"});
        assert_eq!(read(&[rsa.clone(), good.clone()]), Ok(1));
        assert_eq!(
            read(&[with("extra", json!([1])), with("kid", json!("b"))]),
            Ok(2)
        );
        assert_eq!(read(&[rsa]), Err(JwksError::NoKey));
        for (name, value) in [
            ("use", json!("enc")),
            ("alg", json!("HS256")),
            ("crv", json!("X25519")),
            ("kty", json!("oct")),
        ] {
            assert_eq!(read(&[with(name, value)]), Err(JwksError::NoKey), "{name}");
        }
        for (name, value) in [("kid", Value::Null), ("x", json!("AAAA")), ("x", json!(1))] {
            assert_eq!(read(&[with(name, value)]), Err(JwksError::BadKey), "{name}");
        }
        assert_eq!(
            read(&[good.clone(), good.clone()]),
            Err(JwksError::Ambiguous)
        );
        assert_eq!(read(&[with("d", json!("x"))]), Err(JwksError::Private));
        assert_eq!(read(&vec![good.clone(); 33]), Err(JwksError::Malformed));
        for text in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[1]}"] {
            assert_eq!(parse(text).map(|_| ()), Err(JwksError::Malformed), "{text}");
        }
        let long = format!("{own}{}", " ".repeat(DOCUMENT_MAX_BYTES));
        assert_eq!(parse(&long).map(|_| ()), Err(JwksError::Malformed));
    }
}
