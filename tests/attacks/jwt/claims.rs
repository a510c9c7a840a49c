//! The claims are missing, of another type, or not ours (RFC 8725 section 3.11; CVE-2026-25537 is
//! the string `exp`). The signature is right.

use serde_json::{Value, json};

use super::{Change, expect_bad_access, expect_bad_refresh, expect_good};
use crate::Cases;
use crate::attack::Attack;
use crate::forge::{ACCESS, Token, csrf_token_for, key_for, sign};
use crate::target::Setup;

fn number(claims: &Value, name: &str) -> i64 {
    claims[name].as_i64().unwrap()
}

/// Moves a time.
fn add(claims: &mut Value, name: &str, seconds: i64) {
    claims[name] = json!(number(claims, name) + seconds);
}

const WRONG: [(&str, Change); 43] = [
    ("iss_foreign", |c| c["iss"] = json!("https://evil.example")),
    ("iss_with_slash", |c| {
        c["iss"] = json!("http://localhost:8000/");
    }),
    ("iss_in_capitals", |c| {
        c["iss"] = json!("HTTP://LOCALHOST:8000");
    }),
    ("iss_list", |c| c["iss"] = json!([c["iss"]])),
    ("iss_number", |c| c["iss"] = json!(5)),
    ("iss_null", |c| c["iss"] = json!(null)),
    ("iss_empty", |c| c["iss"] = json!("")),
    ("aud_foreign", |c| c["aud"] = json!("https://evil.example")),
    ("aud_list_with_ours", |c| {
        c["aud"] = json!([c["aud"], "https://evil.example"]);
    }),
    ("aud_list_of_ours", |c| c["aud"] = json!([c["aud"]])),
    ("aud_null", |c| c["aud"] = json!(null)),
    ("aud_object", |c| c["aud"] = json!({"aud": c["aud"]})),
    ("aud_empty", |c| c["aud"] = json!("")),
    ("sub_empty", |c| c["sub"] = json!("")),
    ("sub_number", |c| c["sub"] = json!(1)),
    ("sub_list", |c| c["sub"] = json!([c["sub"]])),
    ("sub_name", |c| c["sub"] = json!("admin")),
    ("sub_sql", |c| c["sub"] = json!("' OR '1'='1")),
    ("sid_empty", |c| c["sid"] = json!("")),
    ("sid_null", |c| c["sid"] = json!(null)),
    ("sid_path", |c| c["sid"] = json!("../")),
    ("sid_list", |c| c["sid"] = json!([c["sid"]])),
    ("gen_string", |c| c["gen"] = json!("0")),
    ("gen_fraction", |c| c["gen"] = json!(0.5)),
    ("gen_huge", |c| c["gen"] = json!(u64::MAX)),
    ("gen_null", |c| c["gen"] = json!(null)),
    ("exp_string", |c| {
        c["exp"] = json!(number(c, "exp").to_string());
    }),
    ("exp_fraction", |c| {
        c["exp"] = json!(c["exp"].as_f64().unwrap() + 0.5);
    }),
    ("exp_huge", |c| c["exp"] = json!(u64::MAX)),
    ("exp_latest", |c| c["exp"] = json!(i64::MAX)),
    ("exp_null", |c| c["exp"] = json!(null)),
    ("exp_list", |c| c["exp"] = json!([c["exp"]])),
    ("exp_bool", |c| c["exp"] = json!(true)),
    ("exp_before_iat", |c| c["exp"] = json!(number(c, "iat") - 1)),
    ("iat_string", |c| {
        c["iat"] = json!(number(c, "iat").to_string());
    }),
    ("iat_fraction", |c| {
        c["iat"] = json!(c["iat"].as_f64().unwrap() + 0.5);
    }),
    ("iat_earliest", |c| c["iat"] = json!(i64::MIN)),
    ("longer_than_an_hour", |c| {
        c["exp"] = json!(number(c, "iat") + 3601);
    }),
    ("a_year_longer", |c| add(c, "exp", 31_536_000)),
    ("jti_number", |c| c["jti"] = json!(7)),
    ("one_more_role", |c| c["role"] = json!("admin")),
    ("one_more_nbf", |c| c["nbf"] = json!(0)),
    ("prototype", |c| c["__proto__"] = json!({"role": "admin"})),
];

/// What would lengthen or move a refresh token.
const WRONG_REFRESH: [(&str, Change); 4] = [
    ("two_years_longer", |c| add(c, "exp", 63_072_000)),
    ("exp_string", |c| {
        c["exp"] = json!(number(c, "exp").to_string());
    }),
    ("exp_huge", |c| c["exp"] = json!(u64::MAX)),
    ("aud_list_of_ours", |c| c["aud"] = json!([c["aud"]])),
];

const ALL: [&str; 8] = ["iss", "aud", "sub", "sid", "gen", "iat", "exp", "jti"];

pub(super) fn add_to(cases: &mut Cases) {
    for (name, change) in WRONG {
        cases.add(
            "jwt",
            &format!("claim_{name}"),
            Setup::Plain,
            move |attack| {
                expect_good(attack, &attack.access());
                expect_bad_access(attack, &attack.access().claiming(change).signed());
            },
        );
    }
    for (name, change) in WRONG_REFRESH {
        let name = format!("refresh_claim_{name}");
        cases.add("jwt", &name, Setup::Plain, move |attack| {
            expect_bad_refresh(attack, &attack.refresh().claiming(change).signed());
        });
    }
    let name = "claim_iat_in_the_future";
    cases.add("jwt", name, Setup::Plain, access_from_the_future);
    let name = "refresh_claim_iat_in_the_future";
    cases.add("jwt", name, Setup::Plain, refresh_from_the_future);
    for claim in ALL {
        let name = format!("claim_{claim}_missing");
        cases.add("jwt", &name, Setup::Plain, move |attack| {
            let drop = |token: Token| {
                token.claiming(|claims| drop(claims.as_object_mut().unwrap().remove(claim)))
            };
            expect_bad_access(attack, &drop(attack.access()).signed());
            let refresh = attack.refresh_with(&drop(attack.refresh()).signed());
            // Without a session it belongs to none.
            let code = match claim {
                "sid" => "refresh_token_missing",
                _ => "token_not_valid",
            };
            attack.refused_untouched(refresh, 401, code);
        });
    }
    for payload in ["[]", "null", "\"claims\"", "", "{}", "{\"exp\":"] {
        let name = format!("claims_are_{payload:?}");
        cases.add("jwt", &name, Setup::Plain, move |attack| {
            let header = attack.access().header.to_string();
            expect_bad_access(attack, &sign(&header, payload, &key_for(ACCESS)));
        });
    }
    crate::add!(
        cases,
        "jwt",
        Setup::Plain,
        [
            an_expired_token_is_told_as_such_and_no_more,
            the_user_of_a_session_cannot_be_swapped,
            a_session_that_never_was,
            claims_that_stand_twice,
        ]
    );
}

fn an_expired_token_is_told_as_such_and_no_more(attack: &Attack<'_>) {
    let old = attack.access().claiming(|claims| {
        add(claims, "iat", -3600);
        add(claims, "exp", -3600);
    });
    let answer = attack.refused_untouched(attack.read_with(&old.signed()), 401, "token_expired");
    assert!(!answer.text.contains(&attack.name), "{answer:#?}");
}

fn the_user_of_a_session_cannot_be_swapped(attack: &Attack<'_>) {
    let (mallory, _) = attack.other_user();
    let own = Token::read(mallory.cookie("access_token").unwrap());
    let sub = attack.access().claims["sub"].clone();
    let swapped = own.claiming(|claims| claims["sub"] = sub);
    attack.refused(attack.read_with(&swapped.signed()), 401, "session_ended");
}

fn a_session_that_never_was(attack: &Attack<'_>) {
    for sid in [
        "00000000-0000-0000-0000-000000000000",
        "6d0a2d0e-27b3-4a6e-9d49-4ee8f2f2a7c1",
    ] {
        let moved = |token: Token| token.claiming(|claims| claims["sid"] = json!(sid)).signed();
        attack.refused(
            attack.read_with(&moved(attack.access())),
            401,
            "session_ended",
        );
        let moved = moved(attack.refresh());
        let beside_own = attack.refresh_with(&moved);
        attack.refused_untouched(beside_own, 401, "refresh_token_missing");
        let cookies = format!("csrftoken={}; refresh_token={moved}", csrf_token_for(sid));
        let beside_its_own = attack.request("POST", "auth/refresh_token/");
        let beside_its_own = beside_its_own.header("Cookie", cookies);
        attack.refused(beside_its_own, 401, "session_ended");
    }
}

/// Parsers differ in which of two equal keys they take.
fn claims_that_stand_twice(attack: &Attack<'_>) {
    let token = attack.access();
    let twice = |json: &Value, member: &str| {
        let text = json.to_string();
        format!("{{\"{member}\":{},{}", json[member], &text[1..])
    };
    for claim in ALL {
        let claims = twice(&token.claims, claim);
        let text = sign(&token.header.to_string(), &claims, &key_for(ACCESS));
        expect_bad_access(attack, &text);
    }
    for member in ["alg", "typ", "kid"] {
        let header = twice(&token.header, member);
        let text = sign(&header, &token.claims.to_string(), &key_for(ACCESS));
        expect_bad_access(attack, &text);
    }
}

/// What a clock that is two days ahead signs.
fn two_days_ahead(claims: &mut Value) {
    add(claims, "iat", 172_800);
    add(claims, "exp", 172_800);
}

/// It is of no use, but it is ours: a refresh helps, and no cookie goes.
fn access_from_the_future(attack: &Attack<'_>) {
    let ahead = attack.access().claiming(two_days_ahead).signed();
    attack.refused_untouched(attack.read_with(&ahead), 401, "token_expired");
}

/// When its session ends is for the store to say.
fn refresh_from_the_future(attack: &Attack<'_>) {
    let ahead = attack.refresh().claiming(two_days_ahead).signed();
    attack.refresh_with(&ahead).send().expect(200);
}
