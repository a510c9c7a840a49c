//! Cookies that another party put into the browser: a sibling domain can add cookies to ours, with
//! names that lenient readers take for ours, but not replace those with a `__Host-` name.

use accounts_testkit::{Browser, PASSWORD};
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::attack::{Attack, sessions_of};
use crate::forge::Token;
use crate::target::Setup;

const NAME: &str = "__Host-access_token";

/// Names that are ours only to a reader that decodes, trims or folds; `{}` is the value.
const TOSSED: [(&str, &str); 22] = [
    ("percent_encoded", "__%48ost-access_token={}"),
    ("percent_encoded_underscore", "%5F%5FHost-access_token={}"),
    ("percent_encoded_in_full", "%5f%5fHost%2daccess%5ftoken={}"),
    ("no_break_space_before", "\u{a0}__Host-access_token={}"),
    ("no_break_space_behind", "__Host-access_token\u{a0}={}"),
    ("thin_space_before", "\u{2009}__Host-access_token={}"),
    ("ideographic_space_before", "\u{3000}__Host-access_token={}"),
    ("byte_order_mark_before", "\u{feff}__Host-access_token={}"),
    ("full_width", "__\u{ff28}ost-access_token={}"),
    ("lower_case", "__host-access_token={}"),
    ("upper_case", "__HOST-ACCESS_TOKEN={}"),
    ("blank_behind", "__Host-access_token ={}"),
    ("tab_behind", "__Host-access_token\t={}"),
    ("nameless", "=__Host-access_token={}"),
    ("quoted_name", "\"__Host-access_token\"={}"),
    ("plain_name", "access_token={}"),
    ("other_prefix", "__Secure-access_token={}"),
    ("shorter_name", "Host-access_token={}"),
    ("longer_name", "__Host-access_token2={}"),
    ("dotted_name", "__Host-access_token.={}"),
    ("behind_a_comma", "x=1, __Host-access_token={}"),
    ("inside_quotes", "x=\"1&__Host-access_token={}\""),
];

pub(crate) fn add_to(cases: &mut Cases) {
    for (name, pattern) in TOSSED {
        let name = format!("tossed_{name}");
        cases.add("cookies", &name, Setup::Https, move |attack| {
            tossed(attack, pattern);
        });
    }
    add!(
        cases,
        "cookies",
        Setup::Https,
        [
            quotes_are_part_of_the_value,
            nine_candidates_are_none,
            two_good_tokens_are_none_and_nobody_loses_a_session,
            a_bad_token_beside_a_good_one_shuts_nobody_out,
            bytes_in_no_encoding_are_no_credential,
            other_headers_carry_no_cookies,
            a_refresh_cookie_with_a_tossed_name,
            planted_cookies_do_not_block_a_login,
            a_planted_csrf_cookie_does_not_do,
            a_planted_session_is_not_carried_on,
            hundreds_of_cookies,
            a_cookie_of_a_megabyte,
        ]
    );
}

/// An attacker's session under a name that is nearly ours: alone it signs nothing in, and beside the
/// victim's own cookie it does not count, wherever it stands.
fn tossed(attack: &Attack<'_>, pattern: &str) {
    let (mallory, _) = attack.other_user();
    let evil = pattern.replace("{}", mallory.cookie("access_token").unwrap());
    let read = |cookies: &str| attack.request("GET", "user/").header("Cookie", cookies);
    attack.refused_untouched(read(&evil), 401, "not_authenticated");
    let own = format!("{NAME}={}", attack.cookie("access_token"));
    for cookies in [format!("{evil}; {own}"), format!("{own}; {evil}")] {
        let answer = read(&cookies).send().expect(200);
        assert_eq!(answer.member("username"), attack.name);
    }
}

fn quotes_are_part_of_the_value(attack: &Attack<'_>) {
    for quoted in ["\"{}\"", "'{}'", "\"{}", "{}\""] {
        let value = quoted.replace("{}", attack.cookie("access_token"));
        attack.refused(attack.read_with(&value), 401, "token_not_valid");
    }
}

fn pairs(values: impl IntoIterator<Item = String>) -> String {
    let pairs: Vec<_> = values
        .into_iter()
        .map(|value| format!("{NAME}={value}"))
        .collect();
    pairs.join("; ")
}

fn nine_candidates_are_none(attack: &Attack<'_>) {
    let bad = |count| (0..count).map(|number| format!("bad{number}"));
    let good = || std::iter::once(attack.cookie("access_token").to_owned());
    let eight = attack.request("GET", "user/");
    eight
        .header("Cookie", pairs(bad(7).chain(good())))
        .send()
        .expect(200);
    for cookies in [pairs(bad(8).chain(good())), pairs(good().chain(bad(100)))] {
        let request = attack.request("GET", "user/").header("Cookie", cookies);
        attack.refused(request, 401, "token_not_valid");
    }
}

fn two_good_tokens_are_none_and_nobody_loses_a_session(attack: &Attack<'_>) {
    let (mut mallory, _) = attack.other_user();
    let both = [
        attack.cookie("access_token"),
        mallory.cookie("access_token").unwrap(),
    ];
    let request = attack.request("GET", "user/");
    let request = request.header("Cookie", pairs(both.map(str::to_owned)));
    attack.refused(request, 401, "token_not_valid");
    mallory.get("user/").expect(200);
}

fn a_bad_token_beside_a_good_one_shuts_nobody_out(attack: &Attack<'_>) {
    let good = attack.cookie("access_token").to_owned();
    let stale = attack
        .access()
        .claiming(|claims| claims["iat"] = json!(1))
        .signed();
    for values in [
        [stale.clone(), good.clone()],
        [good.clone(), stale],
        [good.clone(), good],
    ] {
        let request = attack
            .request("GET", "user/")
            .header("Cookie", pairs(values));
        assert_eq!(request.send().expect(200).member("username"), attack.name);
    }
}

fn bytes_in_no_encoding_are_no_credential(attack: &Attack<'_>) {
    let own = format!("{NAME}={}", attack.cookie("access_token"));
    for bytes in [
        &b"x=\xff\xfe; "[..],
        b"\xc3\x28=1; ",
        b"__Host-access_token=\xff; ",
    ] {
        let cookies = [bytes, own.as_bytes()].concat();
        let request = attack.request("GET", "user/").header("Cookie", cookies);
        attack.refused_untouched(request, 401, "not_authenticated");
    }
}

fn other_headers_carry_no_cookies(attack: &Attack<'_>) {
    let own = format!("{NAME}={}", attack.cookie("access_token"));
    for header in [
        "Cookie2",
        "Set-Cookie",
        "X-Cookie",
        "Cookies",
        "X-Forwarded-Cookie",
    ] {
        let request = attack.request("GET", "user/").header(header, &own);
        attack.refused_untouched(request, 401, "not_authenticated");
    }
}

fn a_refresh_cookie_with_a_tossed_name(attack: &Attack<'_>) {
    let (mallory, _) = attack.other_user();
    let token = mallory.cookie("refresh_token").unwrap();
    for name in [
        "__%53ecure-refresh_token",
        "refresh_token",
        "__Host-refresh_token",
        "\u{a0}__Secure-refresh_token",
    ] {
        let request = attack.request("POST", "auth/refresh_token/");
        let request = request.header("Cookie", format!("{name}={token}"));
        attack.refused_untouched(request, 401, "refresh_token_missing");
    }
}

fn planted_cookies_do_not_block_a_login(attack: &Attack<'_>) {
    let (_, name) = attack.other_user();
    let junk =
        (0..50).map(|number| format!("{NAME}=junk{number}; __Secure-refresh_token=junk{number}"));
    let junk = junk.collect::<Vec<_>>().join("; ");
    let login = attack.login(&name, PASSWORD).header("Cookie", junk);
    // Those of the session, and that of the device.
    assert_eq!(login.send().expect(200).cookies().len(), 4);
}

fn a_planted_csrf_cookie_does_not_do(attack: &Attack<'_>) {
    let (mallory, _) = attack.other_user();
    let planted = mallory.cookie("csrftoken").unwrap();
    let own = attack.cookie("csrftoken");
    let access = format!("{NAME}={}", attack.cookie("access_token"));
    for cookies in [
        format!("{access}; __Host-csrftoken={planted}"),
        format!("__Host-csrftoken={planted}; {access}; __Host-csrftoken={own}"),
        format!("{access}; __%48ost-csrftoken={planted}; __Host-csrftoken={own}"),
    ] {
        let request = attack.request("PATCH", "user/").header("Cookie", cookies);
        let request = request.header("X-CSRFToken", planted);
        let request = request.json(&json!({ "first_name": "Eve" }));
        attack.refused_untouched(request, 403, "csrf_failed");
    }
}

/// Session fixation (ASVS 5.0 7.2.4): a login over another user's cookies gets a session of
/// their own, and the planted one ends.
fn a_planted_session_is_not_carried_on(attack: &Attack<'_>) {
    let (mut mallory, _) = attack.other_user();
    let (_, name) = attack.other_user();
    let mut fixed: Browser = mallory.clone();
    let answer = fixed.log_in(&name).expect(200);
    let old = Token::read(mallory.cookie("access_token").unwrap());
    assert_ne!(old.claims["sid"], answer.member("session_id"));
    assert_eq!(fixed.get("user/").expect(200).member("username"), name);
    mallory.get("user/").expect_problem(401, "session_ended");
    assert!(sessions_of(&mut fixed).contains(&answer.member("session_id")));
}

fn hundreds_of_cookies(attack: &Attack<'_>) {
    let many = "x=1; ".repeat(2000);
    let request = attack.request("GET", "user/").header("Cookie", many);
    attack.refused_untouched(request, 401, "not_authenticated");
}

fn a_cookie_of_a_megabyte(attack: &Attack<'_>) {
    // Refused, or cut off while it is still being sent.
    if let Ok(answer) = attack.read_with(&"a".repeat(1_000_000)).try_send() {
        assert_eq!(answer.status, 431, "{answer:#?}");
    }
}
