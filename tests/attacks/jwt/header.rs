//! The header says more, less or something else (RFC 8725 sections 3.1, 3.10 and 3.11; RFC 7515
//! section 4.1.11). The signature is right.

use serde_json::{Value, json};

use super::{Change, expect_bad_access, expect_bad_refresh, expect_good};
use crate::Cases;
use crate::target::Setup;

fn without(header: &mut Value, member: &str) {
    header.as_object_mut().unwrap().remove(member);
}

const BOTH_KINDS: [(&str, Change); 12] = [
    ("alg_none", |h| h["alg"] = json!("none")),
    ("alg_missing", |h| without(h, "alg")),
    ("alg_hs512", |h| h["alg"] = json!("HS512")),
    ("alg_rs256", |h| h["alg"] = json!("RS256")),
    ("typ_missing", |h| without(h, "typ")),
    ("typ_jwt", |h| h["typ"] = json!("JWT")),
    ("kid_missing", |h| without(h, "kid")),
    ("kid_unknown", |h| h["kid"] = json!("AAAAAAAAAAAA")),
    ("crit_unknown", |h| h["crit"] = json!(["x"])),
    ("zip", |h| h["zip"] = json!("DEF")),
    ("cty_jwt", |h| h["cty"] = json!("JWT")),
    ("unknown_member", |h| h["x"] = json!(1)),
];

const ACCESS: [(&str, Change); 37] = [
    ("alg_none_in_capitals", |h| h["alg"] = json!("NONE")),
    ("alg_none_capitalised", |h| h["alg"] = json!("None")),
    ("alg_none_in_mixed_case", |h| h["alg"] = json!("nOnE")),
    ("alg_empty", |h| h["alg"] = json!("")),
    ("alg_null", |h| h["alg"] = json!(null)),
    ("alg_list", |h| h["alg"] = json!(["HS256"])),
    ("alg_in_lower_case", |h| h["alg"] = json!("hs256")),
    ("alg_with_blank", |h| h["alg"] = json!("HS256 ")),
    ("alg_hs384", |h| h["alg"] = json!("HS384")),
    ("alg_es256", |h| h["alg"] = json!("ES256")),
    ("alg_ps256", |h| h["alg"] = json!("PS256")),
    ("alg_eddsa", |h| h["alg"] = json!("EdDSA")),
    ("alg_of_encryption", |h| h["alg"] = json!("dir")),
    ("typ_of_a_refresh_token", |h| h["typ"] = json!("rt+jwt")),
    ("typ_in_capitals", |h| h["typ"] = json!("AT+JWT")),
    ("typ_with_media_type", |h| {
        h["typ"] = json!("application/at+jwt");
    }),
    ("typ_null", |h| h["typ"] = json!(null)),
    ("kid_empty", |h| h["kid"] = json!("")),
    ("kid_null", |h| h["kid"] = json!(null)),
    ("kid_number", |h| h["kid"] = json!(0)),
    ("kid_list", |h| h["kid"] = json!([h["kid"]])),
    ("kid_path", |h| h["kid"] = json!("../../../../dev/null")),
    ("kid_sql", |h| h["kid"] = json!("' UNION SELECT 'key' --")),
    ("kid_url", |h| h["kid"] = json!("http://127.0.0.1:1/key")),
    ("kid_command", |h| h["kid"] = json!("|id")),
    ("kid_nul", |h| h["kid"] = json!("\0")),
    ("kid_long", |h| h["kid"] = json!("k".repeat(2000))),
    ("kid_with_blank", |h| {
        h["kid"] = json!(format!("{} ", h["kid"].as_str().unwrap()));
    }),
    ("crit_empty", |h| h["crit"] = json!([])),
    ("b64_false", |h| h["b64"] = json!(false)),
    ("jku", |h| h["jku"] = json!("http://127.0.0.1:1/jwks.json")),
    ("jwk", |h| h["jwk"] = json!({"kty": "oct", "k": "AAAA"})),
    ("x5u", |h| h["x5u"] = json!("http://127.0.0.1:1/cert.pem")),
    ("x5c", |h| h["x5c"] = json!(["MIIB"])),
    ("x5t", |h| h["x5t"] = json!("AAAA")),
    ("x5t_s256", |h| h["x5t#S256"] = json!("AAAA")),
    ("enc", |h| h["enc"] = json!("A128GCM")),
];

pub(super) fn add_to(cases: &mut Cases) {
    for (name, change) in BOTH_KINDS.into_iter().chain(ACCESS) {
        cases.add(
            "jwt",
            &format!("header_{name}"),
            Setup::Plain,
            move |attack| {
                expect_good(attack, &attack.access());
                expect_bad_access(attack, &attack.access().headed(change).signed());
            },
        );
    }
    for (name, change) in BOTH_KINDS {
        let name = format!("refresh_header_{name}");
        cases.add("jwt", &name, Setup::Plain, move |attack| {
            expect_bad_refresh(attack, &attack.refresh().headed(change).signed());
        });
    }
}
