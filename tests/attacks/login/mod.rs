//! Names, passwords and fields that are nearly right.

mod fields;

use accounts_testkit::{Backend, PASSWORD};
use serde_json::{Value, json};

use crate::Cases;
use crate::add;
use crate::attack::{Attack, seen, unused_name};
use crate::target::Setup;

pub(crate) fn add_to(cases: &mut Cases) {
    fields::add_to(cases);
    add!(
        cases,
        "login",
        Setup::Plain,
        [
            too_long_a_password_is_refused_alike_for_all,
            the_longest_password_is_read_in_full,
            passwords_are_composed_and_no_more,
            seventy_two_bytes_are_not_enough,
            the_kelvin_sign_is_no_k,
            a_taken_name_in_other_letters,
            failures_look_the_same_whoever_it_is,
            a_login_sends_nobody_elsewhere,
            a_refusal_repeats_nothing,
        ]
    );
}

fn too_long_a_password_is_refused_alike_for_all(attack: &Attack<'_>) {
    for password in ["a".repeat(257), "\u{1f511}".repeat(257), "a".repeat(7000)] {
        let known =
            attack.refused_untouched(attack.login(&attack.name, &password), 400, "invalid_fields");
        let unknown =
            attack.refused_untouched(attack.login("nobody", &password), 400, "invalid_fields");
        assert_eq!(seen(known), seen(unknown));
    }
}

fn the_longest_password_is_read_in_full(attack: &Attack<'_>) {
    for letter in ["a", "\u{1f511}"] {
        let (longest, other) = (
            format!("{}x", letter.repeat(255)),
            format!("{}y", letter.repeat(255)),
        );
        attack.refused_untouched(
            attack.login(&attack.name, &longest),
            401,
            "invalid_credentials",
        );
        attack.refused_untouched(
            attack.login(&attack.name, &other),
            401,
            "invalid_credentials",
        );
    }
}

/// A user whose password is `password`.
fn user_with(attack: &Attack<'_>, password: &str) -> String {
    let name = unused_name();
    let body = json!({"username": name, "password": password});
    attack
        .request("POST", "auth/register/")
        .json(&body)
        .send()
        .expect(201);
    name
}

/// bcrypt reads no further.
fn seventy_two_bytes_are_not_enough(attack: &Attack<'_>) {
    let password =
        "0f3a quick brown vixen; jumps over 13 lazy hounds & then some more of them all, twice"
            .to_owned();
    let name = user_with(attack, &password);
    for wrong in [
        &password[..72],
        &password[..73],
        &format!("{}?", &password[..84]),
    ] {
        attack.refused_untouched(attack.login(&name, wrong), 401, "invalid_credentials");
    }
    attack.login(&name, &password).send().expect(200);
}

/// RFC 8265: NFC alone. U+FB01 is not "fi", a superscript two is not a two.
fn passwords_are_composed_and_no_more(attack: &Attack<'_>) {
    let name = user_with(attack, "caf\u{e9} of the five 2 vixens");
    attack
        .login(&name, "cafe\u{301} of the five 2 vixens")
        .send()
        .expect(200);
    for wrong in [
        "cafe of the five 2 vixens",
        "caf\u{e9} of the \u{fb01}ve 2 vixens",
        "caf\u{e9} of the five \u{b2} vixens",
        "Caf\u{e9} of the five 2 vixens",
    ] {
        attack.refused_untouched(attack.login(&name, wrong), 401, "invalid_credentials");
    }
}

/// Lower-cased by Unicode's rules it would be one.
fn the_kelvin_sign_is_no_k(attack: &Attack<'_>) {
    let name = format!("k{}", unused_name());
    let body = json!({"username": name, "password": PASSWORD});
    attack
        .request("POST", "auth/register/")
        .json(&body)
        .send()
        .expect(201);
    let login = attack.login(&name.replacen('k', "\u{212a}", 1), PASSWORD);
    attack.refused_untouched(login, 401, "invalid_credentials");
    let body = json!({"username": name.replacen('k', "\u{212a}", 1), "password": PASSWORD});
    let request = attack.request("POST", "auth/register/").json(&body);
    attack.refused_untouched(request, 400, "invalid_fields");
}

/// A second registration neither replaces the password nor opens a session.
fn a_taken_name_in_other_letters(attack: &Attack<'_>) {
    for name in [attack.name.clone(), attack.name.to_uppercase()] {
        let body = json!({"username": name, "password": "a wholly other passphrase"});
        let request = attack.request("POST", "auth/register/").json(&body);
        attack.refused_untouched(request, 409, "username_taken");
    }
}

/// CVE-2024-39329; ASVS 5.0 6.3.8.
fn failures_look_the_same_whoever_it_is(attack: &Attack<'_>) {
    let fail = |name: &str, password: &str| {
        seen(attack.refused_untouched(attack.login(name, password), 401, "invalid_credentials"))
    };
    let wrong = fail(&attack.name, "wrong");
    assert_eq!(wrong, fail("nobody", "wrong"));
    assert_eq!(wrong, fail("not a possible name", "wrong"));
    let fixture = &attack.target.fixture;
    if attack.target.backend != Backend::Memory {
        let disabled = user_with(attack, PASSWORD);
        fixture.run(&["user", "disable", &disabled]).expect(0);
        assert_eq!(wrong, fail(&disabled, PASSWORD));
        assert_eq!(wrong, fail(&disabled, "wrong"));
    }
}

fn a_login_sends_nobody_elsewhere(attack: &Attack<'_>) {
    for query in [
        "next=https://evil.example",
        "redirect=//evil.example",
        "return_to=javascript:alert(1)",
    ] {
        let (_, name) = attack.other_user();
        let body: Value =
            json!({"username": name, "password": PASSWORD, "next": "https://evil.example"});
        let request = attack
            .request("POST", &format!("auth/login/?{query}"))
            .json(&body);
        let answer = request.send().expect(200);
        assert!(answer.header("location").is_none() && answer.header("refresh").is_none());
        assert!(!answer.text.contains("evil"), "{answer:#?}");
    }
}

fn a_refusal_repeats_nothing(attack: &Attack<'_>) {
    const MARK: &str = "zq<script>x";
    for body in [
        json!({"username": MARK, "password": MARK}),
        json!({"username": MARK.repeat(100), "password": [MARK]}),
        json!({"username": attack.name, "password": MARK.repeat(100)}),
    ] {
        for path in [
            "auth/login/",
            "auth/register/",
            "auth/zq<script>x",
            "zq%3Cscript%3E",
        ] {
            let answer = attack.request("POST", path).json(&body).send();
            assert!(!answer.text.contains("zq"), "{answer:#?}");
            assert!(
                answer
                    .headers
                    .iter()
                    .all(|(_, value)| !value.contains("zq")),
                "{answer:#?}"
            );
        }
    }
}
