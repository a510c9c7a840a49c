//! Tokens that are signed with a right key and are refused for what they state.

use serde_json::{Value, json};

use super::fixture::{forge, good_claims, good_header, now, subject, tokens};
use super::*;

#[test]
fn header_may_hold_alg_typ_and_kid_alone() {
    let tokens = tokens();
    let good = good_header(&tokens, Kind::Access);
    let verify = |header: &Value| {
        let token = forge(&tokens, Kind::Access, header, &good_claims(900));
        tokens.verify(Kind::Access, &token, now())
    };
    assert!(verify(&good).is_ok(), "the forge itself must be good");
    for extra in [
        "crit", "jku", "jwk", "x5u", "x5c", "x5t", "zip", "b64", "cty",
    ] {
        let mut header = good.clone();
        header[extra] = json!(["exp"]);
        assert_eq!(verify(&header), Err(TokenError::Invalid), "{extra}");
    }
    let algorithms = [
        "none", "None", "hs256", "HS384", "HS512", "RS256", "ES256", "EdDSA", "",
    ];
    for alg in algorithms {
        let mut header = good.clone();
        header["alg"] = json!(alg);
        assert_eq!(verify(&header), Err(TokenError::Invalid), "{alg}");
    }
    for (name, value) in [
        ("typ", json!("JWT")),
        ("typ", json!("AT+JWT")),
        ("typ", json!("rt+jwt")),
        ("typ", Value::Null),
        ("kid", json!("unknown")),
        ("kid", json!(1)),
    ] {
        let mut header = good.clone();
        header[name] = value;
        assert_eq!(verify(&header), Err(TokenError::Invalid), "{header}");
    }
    for missing in ["alg", "typ", "kid"] {
        let mut header = good.clone();
        header.as_object_mut().unwrap().remove(missing);
        assert_eq!(verify(&header), Err(TokenError::Invalid), "no {missing}");
    }
}

#[test]
fn every_claim_is_required_with_its_type() {
    let tokens = tokens();
    let header = good_header(&tokens, Kind::Access);
    let verify = |claims: &Value| {
        let token = forge(&tokens, Kind::Access, &header, claims);
        tokens.verify(Kind::Access, &token, now())
    };
    let good = good_claims(900);
    for name in ["iss", "aud", "sub", "sid", "gen", "iat", "exp", "jti"] {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(verify(&claims), Err(TokenError::Invalid), "no {name}");
        let (other_type, list) = match &good[name] {
            Value::String(text) => (json!(5), json!([text])),
            number => (json!(number.to_string()), json!([number])),
        };
        for wrong in [other_type, list, Value::Null, json!({}), json!(1.5)] {
            let mut claims = good.clone();
            claims[name] = wrong;
            assert_eq!(
                verify(&claims),
                Err(TokenError::Invalid),
                "{name}: {claims}"
            );
        }
    }
    for (name, value) in [
        ("iss", json!("https://other.example")),
        ("aud", json!("https://app.example/")),
        ("sub", json!("not a uuid")),
        ("exp", json!(u64::MAX)),
        ("extra", json!(true)),
    ] {
        let mut claims = good.clone();
        claims[name] = value;
        assert_eq!(verify(&claims), Err(TokenError::Invalid), "{claims}");
    }
}

#[test]
fn lifetime_may_be_any_that_settings_allow() {
    let tokens = tokens();
    let verify = |kind, lifetime| {
        let header = good_header(&tokens, kind);
        let token = forge(&tokens, kind, &header, &good_claims(lifetime));
        tokens.verify(kind, &token, now())
    };
    // Fifteen minutes are in force; an hour may have been, a moment ago or on another replica.
    for lifetime in [899, 900, 901, 3600] {
        assert!(verify(Kind::Access, lifetime).is_ok(), "{lifetime}");
    }
    for lifetime in [-1, 3601, 86_400, i64::MAX - now().timestamp()] {
        assert_eq!(verify(Kind::Access, lifetime), Err(TokenError::Invalid));
    }
    for lifetime in [60, 30 * 86_400, 30 * 86_400 + 1, 400 * 86_400] {
        assert!(verify(Kind::Refresh, lifetime).is_ok(), "{lifetime}");
    }
    for lifetime in [-1, 400 * 86_400 + 1] {
        assert_eq!(verify(Kind::Refresh, lifetime), Err(TokenError::Invalid));
    }
}

#[test]
fn mangled_text_is_invalid() {
    let tokens = tokens();
    let access = tokens.issue_access(&subject(), now()).unwrap();
    let good = access.expose();
    let segments: Vec<_> = good.split('.').collect();
    let unsigned = format!("{}.{}.", segments[0], segments[1]);
    let padded = format!("{good}=");
    let four = format!("{good}.{}", segments[2]);
    let huge = format!("{good}{}", "A".repeat(PRESENTED_MAX_BYTES));
    for bad in [
        "",
        ".",
        "..",
        "a.b.c",
        &good[1..],
        &unsigned,
        &padded,
        &four,
        &huge,
    ] {
        let verdict = tokens.verify(Kind::Access, bad, now());
        assert_eq!(verdict, Err(TokenError::Invalid), "{bad:.80}");
    }
    // The last character of a signature has unused bits; a text that differs only there is not
    // ours.
    let (head, last) = good.split_at(good.len() - 1);
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars() {
        let is_same = last == other.to_string();
        let verdict = tokens.verify(Kind::Access, &format!("{head}{other}"), now());
        assert_eq!(verdict.is_ok(), is_same, "last character {other}");
    }
}
