//! Tokens made with the real secret, so that of each forgery one thing alone is wrong.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// The secret of every service under attack: 32 different bytes.
pub(crate) const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// The `info` of the key for access tokens (`crates/token/src/keyring.rs`).
pub(crate) const ACCESS: &str = "rocket-accounts v1 access token";
/// The same for refresh tokens.
pub(crate) const REFRESH: &str = "rocket-accounts v1 refresh token";
/// The same for CSRF tokens.
pub(crate) const CSRF: &str = "rocket-accounts v1 csrf token";

/// A JWT taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) text: String,
}

impl Token {
    pub(crate) fn read(text: &str) -> Self {
        let mut parts = text.split('.').map(|part| URL_SAFE_NO_PAD.decode(part));
        let mut json = || serde_json::from_slice(&parts.next().unwrap().unwrap()).unwrap();
        Self {
            header: json(),
            claims: json(),
            text: text.to_owned(),
        }
    }

    /// The three parts as they were issued.
    pub(crate) fn parts(&self) -> [&str; 3] {
        let parts: Vec<_> = self.text.split('.').collect();
        parts.try_into().unwrap()
    }

    /// Signed anew with the key for `purpose`.
    pub(crate) fn signed_for(&self, purpose: &str) -> String {
        sign(
            &self.header.to_string(),
            &self.claims.to_string(),
            &key_for(purpose),
        )
    }

    /// Signed anew with the key that is meant for it.
    pub(crate) fn signed(&self) -> String {
        let is_refresh = Self::read(&self.text).header["typ"] == "rt+jwt";
        self.signed_for(if is_refresh { REFRESH } else { ACCESS })
    }

    /// With other claims.
    pub(crate) fn claiming(mut self, change: impl FnOnce(&mut Value)) -> Self {
        change(&mut self.claims);
        self
    }

    /// With another header.
    pub(crate) fn headed(mut self, change: impl FnOnce(&mut Value)) -> Self {
        change(&mut self.header);
        self
    }
}

/// The CSRF token of a session, as the service makes it.
pub(crate) fn csrf_token_for(sid: &str) -> String {
    let id: Vec<u8> = sid
        .split('-')
        .flat_map(|part| part.as_bytes().chunks(2))
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let key = key_for(CSRF);
    let subject = &mac(&key, &[b"session ", &id[..]].concat())[..16];
    URL_SAFE_NO_PAD.encode([subject, &mac(&key, subject)].concat())
}

/// The secret's bytes.
pub(crate) fn secret() -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(SECRET).unwrap()
}

/// The key that the service derives for a purpose.
pub(crate) fn key_for(purpose: &str) -> Vec<u8> {
    let mut key = vec![0; 32];
    let hkdf = Hkdf::<Sha256>::new(None, &secret());
    hkdf.expand(purpose.as_bytes(), &mut key).unwrap();
    key
}

/// A JWS in its compact form; header and payload are taken as they are.
pub(crate) fn sign(header: &str, payload: &str, key: &[u8]) -> String {
    let encode = |part: &str| URL_SAFE_NO_PAD.encode(part);
    sign_parts(&encode(header), &encode(payload), key)
}

/// The same of parts that are encoded already.
pub(crate) fn sign_parts(header: &str, payload: &str, key: &[u8]) -> String {
    let input = format!("{header}.{payload}");
    let tag = URL_SAFE_NO_PAD.encode(mac(key, input.as_bytes()));
    format!("{input}.{tag}")
}

pub(crate) fn mac(key: &[u8], input: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(input);
    mac.finalize().into_bytes().to_vec()
}
