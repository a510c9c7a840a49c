//! Two algorithms, and no token of the one taken under the other.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use sha2::Sha256;

use super::fixture::{end, forge, good_claims, now, policy, secret, subject};
use super::*;
use crate::keyring::Secret;
use crate::{AccessRules, AccessVerifier};

fn tokens(secret: &Secret, access_algorithm: AccessAlgorithm) -> Tokens {
    let policy = TokenPolicy {
        access_algorithm,
        ..policy()
    };
    Tokens::new(KeyRing::new(secret, &[]), policy)
}

fn both() -> (Secret, Tokens, Tokens) {
    let secret = secret();
    let (hs256, eddsa) = (
        tokens(&secret, AccessAlgorithm::Hs256),
        tokens(&secret, AccessAlgorithm::EdDsa),
    );
    (secret, hs256, eddsa)
}

fn rules() -> AccessRules {
    AccessRules::new(policy().issuer, policy().audience)
}

fn header(secret: &Secret, alg: &str) -> Value {
    json!({"alg": alg, "typ": "at+jwt", "kid": secret.key_id().as_str()})
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

#[test]
fn an_eddsa_token_comes_back_with_its_claims() {
    let (secret, _, tokens) = both();
    let access = tokens.issue_access(&subject(), now()).unwrap();
    assert!(access.expose().len() <= ISSUED_MAX_BYTES);
    let claims = tokens.verify(Kind::Access, access.expose(), now());
    assert_eq!(claims.unwrap().generation.0, 7);
    let shown = header_of(Kind::Access, access.expose()).unwrap();
    assert_eq!(shown.kid, secret.key_id().as_str());
    assert!(tokens.jwks().is_some());
}

#[test]
fn a_token_of_one_algorithm_is_not_accepted_under_the_other() {
    let (_, hs256, eddsa) = both();
    for (one, other) in [(&hs256, &eddsa), (&eddsa, &hs256)] {
        let access = one.issue_access(&subject(), now()).unwrap();
        assert!(one.verify(Kind::Access, access.expose(), now()).is_ok());
        let verdict = other.verify(Kind::Access, access.expose(), now());
        assert_eq!(verdict, Err(TokenError::Invalid));
    }
    // A change of the setting ends no session: refresh tokens are what they were.
    let refresh = hs256.issue_refresh(&subject(), now(), end()).unwrap();
    assert!(eddsa.verify(Kind::Refresh, refresh.expose(), now()).is_ok());
}

#[test]
fn the_name_of_the_algorithm_alone_changes_nothing() {
    let (secret, hs256, eddsa) = both();
    let claims = good_claims(900);
    for alg in ["HS256", "EdDSA", "eddsa", "Ed25519", "none", "ES256"] {
        let header = header(&secret, alg);
        for (tokens, name) in [(&hs256, "HS256"), (&eddsa, "EdDSA")] {
            let token = forge(tokens, Kind::Access, &header, &claims);
            let verdict = tokens.verify(Kind::Access, &token, now());
            assert_eq!(verdict.is_ok(), alg == name, "{alg} signed with {name}");
        }
    }
}

/// The classic confusion (CVE-2015-9235): an HMAC whose key is the public key.
#[test]
fn a_public_key_is_no_hmac_key() {
    let (secret, hs256, eddsa) = both();
    let document = eddsa.jwks().unwrap();
    let parsed: Value = serde_json::from_str(&document).unwrap();
    let x = parsed["keys"][0]["x"].as_str().unwrap().to_owned();
    let raw = URL_SAFE_NO_PAD.decode(&x).unwrap();
    let verifier = AccessVerifier::from_jwks(&document, rules()).unwrap();
    for key in [raw.as_slice(), x.as_bytes(), document.as_bytes()] {
        for alg in ["HS256", "EdDSA"] {
            let message = message(&header(&secret, alg), &good_claims(900));
            let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
            mac.update(message.as_bytes());
            let tag = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
            let forged = format!("{message}.{tag}");
            for verdict in [
                hs256.verify(Kind::Access, &forged, now()),
                eddsa.verify(Kind::Access, &forged, now()),
                verifier.verify(&forged, now()),
            ] {
                assert_eq!(verdict, Err(TokenError::Invalid), "{alg}");
            }
        }
    }
}

#[test]
fn a_verifier_with_public_keys_makes_every_check_of_the_issuer() {
    let (secret, hs256, eddsa) = both();
    let verifier = AccessVerifier::from_jwks(&eddsa.jwks().unwrap(), rules()).unwrap();
    let access = eddsa.issue_access(&subject(), now()).unwrap();
    let claims = eddsa.verify(Kind::Access, access.expose(), now());
    assert_eq!(verifier.verify(access.expose(), now()), claims);
    let other = hs256.issue_access(&subject(), now()).unwrap();
    assert_eq!(
        verifier.verify(other.expose(), now()),
        Err(TokenError::Invalid)
    );
    let refresh = eddsa.issue_refresh(&subject(), now(), end()).unwrap();
    assert!(verifier.verify(refresh.expose(), now()).is_err());
    let over = verifier.verify(access.expose(), now() + chrono::TimeDelta::minutes(16));
    assert!(matches!(over, Err(TokenError::Expired(_))), "{over:?}");

    let good = header(&secret, "EdDSA");
    let verify = |header: &Value, claims: &Value| {
        let token = forge(&eddsa, Kind::Access, header, claims);
        verifier.verify(&token, now())
    };
    assert!(verify(&good, &good_claims(900)).is_ok());
    assert!(verify(&good, &good_claims(3601)).is_err());
    let narrow = AccessRules::new(policy().issuer, policy().audience);
    let narrow = narrow.lifetime(chrono::TimeDelta::minutes(15));
    let narrow = AccessVerifier::from_jwks(&eddsa.jwks().unwrap(), narrow).unwrap();
    let lives = |seconds| forge(&eddsa, Kind::Access, &good, &good_claims(seconds));
    assert!(narrow.verify(&lives(900), now()).is_ok());
    assert!(narrow.verify(&lives(901), now()).is_err());
    for (name, value) in [("crit", json!(["exp"])), ("typ", json!("JWT"))] {
        let mut header = good.clone();
        header[name] = value;
        assert!(verify(&header, &good_claims(900)).is_err(), "{name}");
    }
    for name in ["iss", "aud", "sub", "sid", "gen", "iat", "exp", "jti"] {
        let mut claims = good_claims(900);
        claims[name] = json!("https://evil.example");
        let is_free_text = name == "jti";
        assert_eq!(verify(&good, &claims).is_ok(), is_free_text, "{name}");
        claims.as_object_mut().unwrap().remove(name);
        assert!(verify(&good, &claims).is_err(), "no {name}");
    }
    let elsewhere = AccessRules::new(policy().issuer, "https://other.example");
    let elsewhere = AccessVerifier::from_jwks(&eddsa.jwks().unwrap(), elsewhere).unwrap();
    assert!(elsewhere.verify(access.expose(), now()).is_err());
}

#[test]
fn a_verifier_with_the_secrets_reads_hs256_alone() {
    let (secret, hs256, eddsa) = both();
    let verifier = AccessVerifier::from_secrets(&secret, &[], rules());
    let access = hs256.issue_access(&subject(), now()).unwrap();
    assert!(verifier.verify(access.expose(), now()).is_ok());
    let other = eddsa.issue_access(&subject(), now()).unwrap();
    assert!(verifier.verify(other.expose(), now()).is_err());
    // Of a cookie that came twice exactly one may be good.
    let again = hs256.issue_access(&subject(), now()).unwrap();
    let one = verifier.verify_one(&["x", access.expose(), access.expose()], now());
    assert!(one.is_ok());
    let two = verifier.verify_one(&[again.expose(), access.expose()], now());
    assert_eq!(two, Err(TokenError::Invalid));
}

#[test]
fn a_verifier_tells_which_tokens_it_lacks_the_key_of() {
    let (_, _, eddsa) = both();
    let verifier = AccessVerifier::from_jwks(&eddsa.jwks().unwrap(), rules()).unwrap();
    let (_, _, stranger) = both();
    let known = eddsa.issue_access(&subject(), now()).unwrap();
    let unknown = stranger.issue_access(&subject(), now()).unwrap();
    assert!(!verifier.lacks_key_of(known.expose()));
    assert!(verifier.lacks_key_of(unknown.expose()));
    let refresh = stranger.issue_refresh(&subject(), now(), end()).unwrap();
    for text in ["", "a.b.c", refresh.expose()] {
        assert!(!verifier.lacks_key_of(text), "{text:.20}");
    }
}

#[test]
fn a_ring_that_is_replaced_counts_from_the_next_token_on() {
    let (former, _, tokens) = both();
    let before = tokens.issue_access(&subject(), now()).unwrap();
    let other = secret();
    tokens.replace_ring(KeyRing::new(&other, &[former]));
    let after = tokens.issue_access(&subject(), now()).unwrap();
    for token in [&before, &after] {
        assert!(tokens.verify(Kind::Access, token.expose(), now()).is_ok());
    }
    let kid = |token: &Issued| header_of(Kind::Access, token.expose()).unwrap().kid;
    assert_eq!(kid(&after), other.key_id().as_str());
    assert_ne!(kid(&before), kid(&after));
    tokens.replace_ring(KeyRing::new(&other, &[]));
    let dead = tokens.verify(Kind::Access, before.expose(), now());
    assert_eq!(dead, Err(TokenError::Invalid));
    assert!(tokens.verify(Kind::Access, after.expose(), now()).is_ok());
}

#[test]
fn debug_of_keys_shows_no_key() {
    let (_, _, eddsa) = both();
    let verifier = AccessVerifier::from_jwks(&eddsa.jwks().unwrap(), rules()).unwrap();
    let ring = eddsa.ring();
    let signing = &ring.active().access_ed25519.signing;
    let seed = URL_SAFE_NO_PAD.encode(&signing.as_bytes()[16..]);
    assert_eq!(
        ring.active().access_ed25519.verifying.algorithm,
        Algorithm::EdDSA
    );
    for text in [
        format!("{eddsa:?}"),
        format!("{verifier:?}"),
        format!("{signing:?}"),
    ] {
        assert!(!text.contains(&seed), "{text}");
        assert!(
            !text.contains(&format!("{:?}", signing.as_bytes())),
            "{text}"
        );
    }
}
