//! Tokens for tests, good ones and forged ones.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{AccessAlgorithm, Kind, TokenPolicy, Tokens};
use crate::crypto::keyring::Secret;
use crate::crypto::random;
use crate::domain::session::{Generation, Session};

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

pub(super) fn session() -> Session {
    Session {
        id: random::session_id().unwrap(),
        user_id: random::user_id(now()).unwrap(),
        credential_epoch: crate::domain::user::CredentialEpoch(0),
        generation: Generation(7),
        rotated_at: now(),
        confirmed: false,
        authenticated_at: now(),
        created_at: now(),
        last_used_at: now(),
        idle_expires_at: now() + TimeDelta::days(30),
        absolute_expires_at: now() + TimeDelta::days(90),
        remembered: true,
        revocation: None,
        client: crate::domain::session::Client::default(),
    }
}

/// Signs any header and claims with the key that verifies the kind.
pub(super) fn forge(tokens: &Tokens, kind: Kind, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let ring = tokens.ring();
    let key = tokens.key(kind, ring.active());
    let algorithm = key.verifying.algorithm;
    let signature = crate::crypto::provider::sign(message.as_bytes(), &key.signing, algorithm);
    format!("{message}.{}", signature.unwrap())
}

pub(super) fn good_claims(lifetime: i64) -> Value {
    let session = session();
    let iat = now().timestamp();
    json!({
        "iss": policy().issuer, "aud": policy().audience, "sub": session.user_id,
        "sid": session.id, "gen": 7, "iat": iat, "exp": iat + lifetime, "jti": "x",
    })
}
