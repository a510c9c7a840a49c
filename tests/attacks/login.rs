//! Names, passwords and fields that are nearly right.

use accounts_testkit::{Answer, Backend, PASSWORD};
use serde_json::{Value, json};

use crate::Cases;
use crate::add;
use crate::ground::Setup;
use crate::scene::{Scene, new_name};

/// Passwords that are not [`PASSWORD`].
const WRONG: [(&str, &str); 12] = [
    ("in_capitals", "CORRECT HORSE BATTERY STAPLE"),
    ("blank_before", " correct horse battery staple"),
    ("blank_behind", "correct horse battery staple "),
    ("newline_behind", "correct horse battery staple\n"),
    ("cut", "correct horse battery stapl"),
    ("longer", "correct horse battery staple!"),
    (
        "no_break_spaces",
        "correct\u{a0}horse\u{a0}battery\u{a0}staple",
    ),
    ("full_width_letter", "\u{ff43}orrect horse battery staple"),
    ("cyrillic_letter", "c\u{43e}rrect horse battery staple"),
    ("zero_width_joiner", "correct\u{200d} horse battery staple"),
    ("wildcard", "%"),
    ("sql", "' OR '1'='1"),
];

/// Bodies that are no login; `{}` is the victim's name.
const BAD_FIELDS: [(&str, &str); 22] = [
    ("password_missing", r#"{"username":"{}"}"#),
    ("password_empty", r#"{"username":"{}","password":""}"#),
    ("password_null", r#"{"username":"{}","password":null}"#),
    ("password_true", r#"{"username":"{}","password":true}"#),
    ("password_number", r#"{"username":"{}","password":0}"#),
    (
        "password_list",
        r#"{"username":"{}","password":["correct horse battery staple"]}"#,
    ),
    (
        "password_operator",
        r#"{"username":"{}","password":{"$ne":null}}"#,
    ),
    (
        "password_regex",
        r#"{"username":"{}","password":{"$regex":".*"}}"#,
    ),
    (
        "password_with_nul",
        r#"{"username":"{}","password":"correct horse battery staple\u0000"}"#,
    ),
    (
        "username_missing",
        r#"{"password":"correct horse battery staple"}"#,
    ),
    (
        "username_null",
        r#"{"username":null,"password":"correct horse battery staple"}"#,
    ),
    (
        "username_list",
        r#"{"username":["{}"],"password":"correct horse battery staple"}"#,
    ),
    (
        "username_operator",
        r#"{"username":{"$gt":""},"password":"correct horse battery staple"}"#,
    ),
    (
        "username_with_nul",
        r#"{"username":"{}\u0000","password":"correct horse battery staple"}"#,
    ),
    (
        "username_key_in_capitals",
        r#"{"USERNAME":"{}","password":"correct horse battery staple"}"#,
    ),
    (
        "username_in_prototype",
        r#"{"__proto__":{"username":"{}"},"password":"x"}"#,
    ),
    (
        "password_in_prototype",
        r#"{"username":"{}","constructor":{"password":"x"}}"#,
    ),
    (
        "password_beside",
        r#"{"username":"{}","Password":"correct horse battery staple"}"#,
    ),
    (
        "nested_in_user",
        r#"{"user":{"username":"{}","password":"correct horse battery staple"}}"#,
    ),
    (
        "hash_for_password",
        r#"{"username":"{}","password_hash":"$argon2id$v=19$m=64"}"#,
    ),
    ("empty_object", "{ }"),
    ("token_for_password", r#"{"username":"{}","token":"x"}"#),
];

/// Names that are not the victim's, made from it.
const NAMES: [(&str, &str); 13] = [
    ("blank_behind", "{} "),
    ("blank_before", " {}"),
    ("tab_behind", "{}\t"),
    ("newline_behind", "{}\n"),
    ("sql_comment", "{}'--"),
    ("sql_or", "{}' OR '1'='1"),
    ("wildcard", "%"),
    ("wildcard_of_one", "_"),
    ("ldap", "*)(uid=*"),
    ("path", "../{}"),
    ("zero_width_space", "{}\u{200b}"),
    ("full_width", "\u{ff55}ser"),
    ("empty", ""),
];

/// Members that no request may set.
const ASSIGNED: [(&str, &str); 10] = [
    ("id", "6d0a2d0e-27b3-4a6e-9d49-4ee8f2f2a7c1"),
    ("is_active", "true"),
    ("is_staff", "true"),
    ("is_superuser", "true"),
    ("role", "admin"),
    (
        "password_hash",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
    ),
    ("credential_epoch", "0"),
    ("created_at", "2000-01-01T00:00:00Z"),
    ("__proto__", "x"),
    ("constructor", "x"),
];

pub(crate) fn add_to(cases: &mut Cases) {
    let plain = Setup::Plain;
    for (name, password) in WRONG {
        cases.add("login", &format!("password_{name}"), plain, move |scene| {
            let request = scene.login(&scene.name, password);
            scene.refused_untouched(request, 401, "invalid_credentials");
        });
    }
    for (name, body) in BAD_FIELDS {
        cases.add("login", &format!("body_{name}"), plain, move |scene| {
            let body = body.replace("{}", &scene.name);
            let request = scene.request("POST", "auth/login/");
            let request = request
                .header("Content-Type", "application/json")
                .body(body);
            scene.refused_untouched(request, 400, "invalid_fields");
        });
    }
    for (name, pattern) in NAMES {
        cases.add("login", &format!("name_{name}"), plain, move |scene| {
            let request = scene.login(&pattern.replace("{}", &scene.name), PASSWORD);
            scene.refused_untouched(request, 401, "invalid_credentials");
        });
    }
    for (field, value) in ASSIGNED {
        cases.add("login", &format!("assigned_{field}"), plain, move |scene| {
            assigned(scene, field, value);
        });
    }
    add!(
        cases,
        "login",
        plain,
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

/// Mass assignment (ASVS 5.0 15.3.3): at registration and later.
fn assigned(scene: &Scene<'_>, field: &str, value: &str) {
    let mut new = json!({"username": new_name(), "password": PASSWORD});
    new[field] = json!(value);
    let request = scene.request("POST", "auth/register/").json(&new);
    scene.refused_untouched(request, 400, "invalid_fields");
    let request = scene.victim.unsafe_request("PATCH", "user/");
    let request = request.json(&json!({"first_name": "Eve", field: value}));
    scene.refused_untouched(request, 400, "invalid_fields");
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

/// Everything that a client sees, the time of day aside.
fn seen(answer: Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer
        .headers
        .into_iter()
        .filter(|(name, _)| name != "date");
    (answer.status, headers.collect(), answer.text)
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
