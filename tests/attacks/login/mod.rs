//! Names, passwords and fields that are nearly right.

mod fields;

use accounts_testkit::{Backend, PASSWORD};
use serde_json::{Value, json};

use crate::Cases;
use crate::add;
use crate::ground::Setup;
use crate::scene::{Scene, new_name, seen};

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

fn too_long_a_password_is_refused_alike_for_all(scene: &Scene<'_>) {
    for password in ["a".repeat(257), "\u{1f511}".repeat(257), "a".repeat(7000)] {
        let known =
            scene.refused_untouched(scene.login(&scene.name, &password), 400, "invalid_fields");
        let unknown =
            scene.refused_untouched(scene.login("nobody", &password), 400, "invalid_fields");
        assert_eq!(seen(known), seen(unknown));
    }
}

fn the_longest_password_is_read_in_full(scene: &Scene<'_>) {
    for letter in ["a", "\u{1f511}"] {
        let (longest, other) = (
            format!("{}x", letter.repeat(255)),
            format!("{}y", letter.repeat(255)),
        );
        scene.refused_untouched(
            scene.login(&scene.name, &longest),
            401,
            "invalid_credentials",
        );
        scene.refused_untouched(scene.login(&scene.name, &other), 401, "invalid_credentials");
    }
}

/// A user whose password is `password`.
fn user_with(scene: &Scene<'_>, password: &str) -> String {
    let name = new_name();
    let body = json!({"username": name, "password": password});
    scene
        .request("POST", "auth/register/")
        .json(&body)
        .send()
        .expect(201);
    name
}

/// bcrypt reads no further.
fn seventy_two_bytes_are_not_enough(scene: &Scene<'_>) {
    let password =
        "0f3a quick brown vixen; jumps over 13 lazy hounds & then some more of them all, twice"
            .to_owned();
    let name = user_with(scene, &password);
    for wrong in [
        &password[..72],
        &password[..73],
        &format!("{}?", &password[..84]),
    ] {
        scene.refused_untouched(scene.login(&name, wrong), 401, "invalid_credentials");
    }
    scene.login(&name, &password).send().expect(200);
}

/// RFC 8265: NFC alone. U+FB01 is not "fi", a superscript two is not a two.
fn passwords_are_composed_and_no_more(scene: &Scene<'_>) {
    let name = user_with(scene, "caf\u{e9} of the five 2 vixens");
    scene
        .login(&name, "cafe\u{301} of the five 2 vixens")
        .send()
        .expect(200);
    for wrong in [
        "cafe of the five 2 vixens",
        "caf\u{e9} of the \u{fb01}ve 2 vixens",
        "caf\u{e9} of the five \u{b2} vixens",
        "Caf\u{e9} of the five 2 vixens",
    ] {
        scene.refused_untouched(scene.login(&name, wrong), 401, "invalid_credentials");
    }
}

/// Lower-cased by Unicode's rules it would be one.
fn the_kelvin_sign_is_no_k(scene: &Scene<'_>) {
    let name = format!("k{}", new_name());
    let body = json!({"username": name, "password": PASSWORD});
    scene
        .request("POST", "auth/register/")
        .json(&body)
        .send()
        .expect(201);
    let login = scene.login(&name.replacen('k', "\u{212a}", 1), PASSWORD);
    scene.refused_untouched(login, 401, "invalid_credentials");
    let body = json!({"username": name.replacen('k', "\u{212a}", 1), "password": PASSWORD});
    let request = scene.request("POST", "auth/register/").json(&body);
    scene.refused_untouched(request, 400, "invalid_fields");
}

/// A second registration neither replaces the password nor opens a session.
fn a_taken_name_in_other_letters(scene: &Scene<'_>) {
    for name in [scene.name.clone(), scene.name.to_uppercase()] {
        let body = json!({"username": name, "password": "a wholly other passphrase"});
        let request = scene.request("POST", "auth/register/").json(&body);
        scene.refused_untouched(request, 409, "username_taken");
    }
}

/// CVE-2024-39329; ASVS 5.0 6.3.8.
fn failures_look_the_same_whoever_it_is(scene: &Scene<'_>) {
    let fail = |name: &str, password: &str| {
        seen(scene.refused_untouched(scene.login(name, password), 401, "invalid_credentials"))
    };
    let wrong = fail(&scene.name, "wrong");
    assert_eq!(wrong, fail("nobody", "wrong"));
    assert_eq!(wrong, fail("not a possible name", "wrong"));
    let place = &scene.ground.place;
    if scene.ground.backend != Backend::Memory {
        let disabled = user_with(scene, PASSWORD);
        place.run(&["user", "disable", &disabled]).expect(0);
        assert_eq!(wrong, fail(&disabled, PASSWORD));
        assert_eq!(wrong, fail(&disabled, "wrong"));
    }
}

fn a_login_sends_nobody_elsewhere(scene: &Scene<'_>) {
    for query in [
        "next=https://evil.example",
        "redirect=//evil.example",
        "return_to=javascript:alert(1)",
    ] {
        let (_, name) = scene.somebody();
        let body: Value =
            json!({"username": name, "password": PASSWORD, "next": "https://evil.example"});
        let request = scene
            .request("POST", &format!("auth/login/?{query}"))
            .json(&body);
        let answer = request.send().expect(200);
        assert!(answer.header("location").is_none() && answer.header("refresh").is_none());
        assert!(!answer.text.contains("evil"), "{answer:#?}");
    }
}

fn a_refusal_repeats_nothing(scene: &Scene<'_>) {
    const MARK: &str = "zq<script>x";
    for body in [
        json!({"username": MARK, "password": MARK}),
        json!({"username": MARK.repeat(100), "password": [MARK]}),
        json!({"username": scene.name, "password": MARK.repeat(100)}),
    ] {
        for path in [
            "auth/login/",
            "auth/register/",
            "auth/zq<script>x",
            "zq%3Cscript%3E",
        ] {
            let answer = scene.request("POST", path).json(&body).send();
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
