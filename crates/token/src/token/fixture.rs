//! Tokens for tests, good ones and forged ones.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{AccessAlgorithm, Kind, TokenPolicy, TokenSubject, Tokens};
use crate::id::Generation;
use crate::keyring::{KeyRing, Secret};
use crate::random;

pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 250_000_000).unwrap()
}

pub(super) fn policy() -> TokenPolicy {
    TokenPolicy {
        issuer: "https://app.example".into(),
        audience: "https://app.example".into(),
        access_algorithm: AccessAlgorithm::Hs256,
        access_lifetime: TimeDelta::minutes(15),
        leeway: TimeDelta::seconds(5),
    }
}

pub(super) fn secret() -> Secret {
    Secret::parse(&Secret::generate().unwrap()).unwrap()
}

pub(super) fn subject() -> TokenSubject {
    TokenSubject {
        user: random::user_id(now()).unwrap(),
        session: random::session_id().unwrap(),
        generation: Generation(7),
    }
}

/// Returns the end of refresh tokens in these tests.
pub(super) fn end() -> DateTime<Utc> {
    now() + TimeDelta::days(30)
}

pub(super) fn tokens() -> Tokens {
    Tokens::new(KeyRing::new(&secret(), &[]), policy())
}

pub(super) fn good_header(tokens: &Tokens, kind: Kind) -> Value {
    json!({"alg": "HS256", "typ": kind.typ(), "kid": tokens.ring().ids().active.as_str()})
}

/// Signs any header and claims with the key that verifies the kind.
pub(super) fn forge(tokens: &Tokens, kind: Kind, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let ring = tokens.ring();
    let key = tokens.key(kind, ring.active());
    let algorithm = key.verifying.algorithm;
    let signature = crate::provider::sign(message.as_bytes(), &key.signing, algorithm);
    format!("{message}.{}", signature.unwrap())
}

pub(super) fn good_claims(lifetime: i64) -> Value {
    let subject = subject();
    let iat = now().timestamp();
    json!({
        "iss": policy().issuer, "aud": policy().audience, "sub": subject.user,
        "sid": subject.session, "gen": 7, "iat": iat, "exp": iat + lifetime, "jti": "x",
    })
}
