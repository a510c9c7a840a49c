//! Tables of what is not quite the name, the password, or a field.

use accounts_testkit::PASSWORD;
use serde_json::json;

use crate::Cases;
use crate::attack::{Attack, unused_name};
use crate::target::Setup;

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
const BAD_FIELDS: [(&str, &str); 23] = [
    (
        "username_blank",
        r#"{"username":" \t","password":"correct horse battery staple"}"#,
    ),
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
const NAMES: [(&str, &str); 11] = [
    ("blank_inside", "{} {}"),
    ("newline_inside", "{}\n{}"),
    ("other_blank_behind", "{}\u{a0}"),
    ("sql_comment", "{}'--"),
    ("sql_or", "{}' OR '1'='1"),
    ("wildcard", "%"),
    ("wildcard_of_one", "_"),
    ("ldap", "*)(uid=*"),
    ("path", "../{}"),
    ("zero_width_space", "{}\u{200b}"),
    ("full_width", "\u{ff55}ser"),
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

pub(super) fn add_to(cases: &mut Cases) {
    let plain = Setup::Plain;
    for (name, password) in WRONG {
        cases.add("login", &format!("password_{name}"), plain, move |attack| {
            let request = attack.login(&attack.name, password);
            attack.refused_untouched(request, 401, "invalid_credentials");
        });
    }
    for (name, body) in BAD_FIELDS {
        cases.add("login", &format!("body_{name}"), plain, move |attack| {
            let body = body.replace("{}", &attack.name);
            let request = attack.request("POST", "auth/login/");
            let request = request
                .header("Content-Type", "application/json")
                .body(body);
            attack.refused_untouched(request, 400, "invalid_fields");
        });
    }
    for (name, pattern) in NAMES {
        cases.add("login", &format!("name_{name}"), plain, move |attack| {
            let request = attack.login(&pattern.replace("{}", &attack.name), PASSWORD);
            attack.refused_untouched(request, 401, "invalid_credentials");
        });
    }
    for (field, value) in ASSIGNED {
        cases.add(
            "login",
            &format!("assigned_{field}"),
            plain,
            move |attack| {
                assigned(attack, field, value);
            },
        );
    }
}

/// Mass assignment (ASVS 5.0 15.3.3): at registration and later.
fn assigned(attack: &Attack<'_>, field: &str, value: &str) {
    let mut new = json!({"username": unused_name(), "password": PASSWORD});
    new[field] = json!(value);
    let request = attack.request("POST", "auth/register/").json(&new);
    attack.refused_untouched(request, 400, "invalid_fields");
    let request = attack.victim.unsafe_request("PATCH", "user/");
    let request = request.json(&json!({"first_name": "Eve", field: value}));
    attack.refused_untouched(request, 400, "invalid_fields");
}
