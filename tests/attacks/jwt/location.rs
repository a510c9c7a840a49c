//! A good token in a place where it is not to be taken from (RFC 6750; ASVS 5.0 14.2.1).

use accounts_testkit::Request;
use serde_json::json;

use super::{expect_bad_access, expect_bad_refresh};
use crate::Cases;
use crate::attack::Attack;
use crate::target::Setup;

/// A read that carries the victim's access token somewhere.
type Carry = fn(&Attack<'_>, &str) -> Request;

const NOWHERE: [(&str, Carry); 10] = [
    ("query_access_token", |s, t| {
        s.request("GET", &format!("user/?access_token={t}"))
    }),
    ("query_token", |s, t| {
        s.request("GET", &format!("user/?token={t}"))
    }),
    ("path_parameter", |s, t| {
        s.request("GET", &format!("user/?;access_token={t}"))
    }),
    ("header_x_access_token", |s, t| {
        s.request("GET", "user/").header("X-Access-Token", t)
    }),
    ("header_named_as_cookie", |s, t| {
        s.request("GET", "user/").header("access_token", t)
    }),
    ("scheme_token", |s, t| {
        with_authorization(s, &format!("Token {t}"))
    }),
    ("scheme_jwt", |s, t| {
        with_authorization(s, &format!("JWT {t}"))
    }),
    ("scheme_basic", |s, t| {
        with_authorization(s, &format!("Basic {t}"))
    }),
    ("scheme_missing", with_authorization),
    ("body", |s, t| {
        s.request("GET", "user/")
            .json(&json!({ "access_token": t }))
    }),
];

fn with_authorization(attack: &Attack<'_>, value: &str) -> Request {
    attack
        .request("GET", "user/")
        .header("Authorization", value)
}

pub(super) fn add_to(cases: &mut Cases) {
    for (name, carry) in NOWHERE {
        cases.add(
            "jwt",
            &format!("place_{name}"),
            Setup::Plain,
            move |attack| {
                let request = carry(attack, attack.cookie("access_token"));
                attack.refused_untouched(request, 401, "not_authenticated");
            },
        );
    }
    crate::add!(
        cases,
        "jwt",
        Setup::Plain,
        [
            no_kind_of_token_passes_for_another,
            a_bad_bearer_does_not_fall_back_to_a_good_cookie,
            two_bearers_are_none,
            a_refresh_token_is_taken_from_its_cookie_alone,
        ]
    );
}

fn no_kind_of_token_passes_for_another(attack: &Attack<'_>) {
    expect_bad_access(attack, attack.cookie("refresh_token"));
    expect_bad_access(attack, attack.cookie("csrftoken"));
    expect_bad_refresh(attack, attack.cookie("access_token"));
    let refresh = attack.refresh_with(attack.cookie("csrftoken"));
    attack.refused_untouched(refresh, 401, "refresh_token_missing");
    // Relabelled, with the signature that its label asks for.
    let refresh = attack
        .refresh()
        .headed(|header| header["typ"] = json!("at+jwt"));
    expect_bad_access(attack, &refresh.signed_for(crate::forge::REFRESH));
    let access = attack
        .access()
        .headed(|header| header["typ"] = json!("rt+jwt"));
    expect_bad_refresh(attack, &access.signed_for(crate::forge::ACCESS));
}

fn a_bad_bearer_does_not_fall_back_to_a_good_cookie(attack: &Attack<'_>) {
    let good = attack.cookie("access_token");
    for bad in ["Bearer x", "Bearer", "Bearer ", "bearer a.b.c"] {
        let request = attack.read_with(good).header("Authorization", bad);
        attack.refused_untouched(request, 401, "token_not_valid");
    }
}

fn two_bearers_are_none(attack: &Attack<'_>) {
    let good = format!("Bearer {}", attack.cookie("access_token"));
    let bad = "Bearer x".to_owned();
    for (one, two) in [(&good, &bad), (&bad, &good), (&good, &good)] {
        let request = attack.request("GET", "user/");
        let request = request.header("Authorization", one);
        let request = request.header("Authorization", two);
        attack.refused_untouched(request, 401, "token_not_valid");
    }
    let one_line = format!("{good}, {good}");
    let request = with_authorization(attack, &one_line);
    attack.refused_untouched(request, 401, "token_not_valid");
}

fn a_refresh_token_is_taken_from_its_cookie_alone(attack: &Attack<'_>) {
    let token = attack.cookie("refresh_token");
    let path = format!("auth/refresh_token/?refresh_token={token}");
    for request in [
        attack.request("POST", &path),
        attack
            .request("POST", "auth/refresh_token/")
            .json(&json!({ "refresh": token, "refresh_token": token })),
        attack
            .request("POST", "auth/refresh_token/")
            .header("Authorization", format!("Bearer {token}")),
        attack
            .request("POST", "auth/refresh_token/")
            .header("refresh_token", token),
    ] {
        attack.refused_untouched(request, 401, "refresh_token_missing");
    }
}
