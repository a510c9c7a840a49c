//! The text of a token is tampered with, or signed with another key.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::json;

use super::{expect_bad_access, expect_good};
use crate::Cases;
use crate::forge::{self, ACCESS, CSRF, REFRESH, Token, key_for, sign, sign_parts};
use crate::target::Setup;

/// A text made from a good token.
type Make = fn(&Token) -> String;

fn signed_with(token: &Token, key: &[u8]) -> String {
    sign(&token.header.to_string(), &token.claims.to_string(), key)
}

/// The signature's last character encodes four bits and two that must be zero.
fn last_bits_set(token: &Token) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = token.text.split_at(token.text.len() - 1);
    let value = ALPHABET.find(last).unwrap();
    format!("{rest}{}", &ALPHABET[value + 1..value + 2])
}

/// Claims with a longer lifetime, under the old signature.
fn other_claims(token: &Token) -> String {
    let [header, _, tag] = token.parts();
    let claims = token
        .clone()
        .claiming(|claims| claims["gen"] = json!(7))
        .claims;
    format!(
        "{header}.{}.{tag}",
        URL_SAFE_NO_PAD.encode(claims.to_string())
    )
}

fn unsigned(token: &Token, alg: &str) -> String {
    let header = token
        .clone()
        .headed(|header| header["alg"] = json!(alg))
        .header;
    let [_, claims, _] = token.parts();
    format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(header.to_string()))
}

const TAMPERED: [(&str, Make); 29] = [
    ("other_claims", other_claims),
    ("unsigned_none", |t| unsigned(t, "none")),
    ("unsigned_none_in_capitals", |t| unsigned(t, "NONE")),
    ("unsigned_hs256", |t| unsigned(t, "HS256")),
    ("signature_missing", |t| t.parts()[..2].join(".")),
    ("signature_of_one_byte", |t| {
        format!("{}.AA", t.parts()[..2].join("."))
    }),
    ("signature_cut", |t| t.text[..t.text.len() - 4].to_owned()),
    ("signature_longer", |t| format!("{}AAAA", t.text)),
    ("signature_of_zeros", |t| {
        format!("{}.{}", t.parts()[..2].join("."), "A".repeat(43))
    }),
    ("signature_padded", |t| format!("{}=", t.text)),
    ("signature_not_canonical", last_bits_set),
    ("dot_behind", |t| format!("{}.", t.text)),
    ("dot_before", |t| format!(".{}", t.text)),
    ("four_segments", |t| format!("{}.{}", t.text, t.parts()[2])),
    ("five_segments", |t| {
        format!("{0}.{1}.{1}.{1}.{1}", t.parts()[0], t.parts()[1])
    }),
    ("one_segment", |t| t.parts()[1].to_owned()),
    ("dots_alone", |_| "..".to_owned()),
    ("blank_inside", |t| t.text.replace('.', ". ")),
    ("quoted", |t| format!("\"{}\"", t.text)),
    ("percent_encoded", |t| t.text.replace('.', "%2E")),
    ("twice_with_comma", |t| format!("{0},{0}", t.text)),
    ("as_json_object", |t| {
        let [protected, payload, signature] = t.parts();
        json!({"protected": protected, "payload": payload, "signature": signature}).to_string()
    }),
    ("nested", |t| {
        let header = t
            .clone()
            .headed(|header| header["cty"] = json!("JWT"))
            .header;
        sign(&header.to_string(), &t.text, &key_for(ACCESS))
    }),
    ("header_with_bytes_behind", |t| {
        let header = format!("{}x", t.header);
        sign(&header, &t.claims.to_string(), &key_for(ACCESS))
    }),
    ("claims_with_bytes_behind", |t| {
        let claims = format!("{}{{}}", t.claims);
        sign(&t.header.to_string(), &claims, &key_for(ACCESS))
    }),
    ("header_padded", |t| {
        let [header, claims, _] = t.parts();
        sign_parts(&format!("{header}="), claims, &key_for(ACCESS))
    }),
    ("claims_in_the_standard_alphabet", |t| {
        let token = t
            .clone()
            .claiming(|claims| claims["jti"] = json!("\u{fbff}\u{fbff}?>\u{fbff}"));
        let claims = STANDARD_NO_PAD.encode(token.claims.to_string());
        assert!(claims.contains(['+', '/']));
        sign_parts(t.parts()[0], &claims, &key_for(ACCESS))
    }),
    ("over_4096_bytes", |t| {
        let long = |claims: &mut serde_json::Value| claims["jti"] = json!("j".repeat(3000));
        let text = t.clone().claiming(long).signed();
        assert!((4097..8000).contains(&text.len()));
        text
    }),
    ("bare_claims_between_dots", |t| {
        format!(".{}.", t.parts()[1])
    }),
];

const KEYS: [(&str, Make); 9] = [
    ("of_refresh", |t| t.signed_for(REFRESH)),
    ("of_csrf", |t| t.signed_for(CSRF)),
    ("of_attempts", |t| {
        t.signed_for("rocket-accounts v1 attempts")
    }),
    ("of_key_id", |t| t.signed_for("rocket-accounts v1 key id")),
    ("not_derived", |t| signed_with(t, &forge::secret())),
    ("secret_as_text", |t| {
        signed_with(t, forge::SECRET.as_bytes())
    }),
    ("empty", |t| signed_with(t, b"")),
    ("kid", |t| {
        signed_with(t, t.header["kid"].as_str().unwrap().as_bytes())
    }),
    ("well_known", |t| signed_with(t, b"secret")),
];

pub(super) fn add_to(cases: &mut Cases) {
    let tampered = TAMPERED.map(|(name, make)| (format!("text_{name}"), make));
    let keys = KEYS.map(|(name, make)| (format!("key_{name}"), make));
    for (name, make) in tampered.into_iter().chain(keys) {
        cases.add("jwt", &name, Setup::Plain, move |attack| {
            expect_good(attack, &attack.access());
            expect_bad_access(attack, &make(&attack.access()));
        });
    }
}
