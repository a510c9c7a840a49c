//! What must never be revealed, looked for in the log at level trace and in every answer.

use accounts_testkit::{PASSWORD, Request};
use serde_json::{Value, json};

use crate::Cases;
use crate::add;
use crate::attack::{Attack, proof};
use crate::forge;
use crate::target::Setup;

/// Shorter than a password may be.
const CANARY: &str = "canary-7d1f";
/// One that may be set.
const NEW_PASSWORD: &str = "canary quartz ferry 7 lantern";

/// Where a canary is put, and how the request is refused; nothing of it may be in the log.
type Plant = (&'static str, u16, &'static str, fn(&Attack<'_>) -> Request);

const PLANTED: [Plant; 13] = [
    ("wrong_password", 401, "invalid_credentials", |s| {
        s.login(&s.name, CANARY)
    }),
    ("password_of_nobody", 401, "invalid_credentials", |s| {
        s.login("nobody", CANARY)
    }),
    ("password_as_name", 401, "invalid_credentials", |s| {
        s.login(CANARY, "x")
    }),
    ("password_in_broken_json", 400, "malformed_body", |s| {
        let body = format!("{{\"username\":\"ada\",\"password\":\"{CANARY}\"");
        s.request("POST", "auth/login/")
            .header("Content-Type", "application/json")
            .body(body)
    }),
    ("password_in_a_form", 415, "unsupported_media_type", |s| {
        let request = s.request("POST", "auth/login/");
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        request.body(format!("username=ada&password={CANARY}"))
    }),
    ("new_password_too_weak", 400, "invalid_fields", |s| {
        let body = json!({"current_password": PASSWORD, "new_password": CANARY});
        s.victim
            .unsafe_request("POST", "user/password/")
            .json(&body)
    }),
    ("new_password_without_token", 403, "csrf_failed", |s| {
        let body = json!({"current_password": PASSWORD, "new_password": CANARY});
        s.victim.request("POST", "user/password/").json(&body)
    }),
    ("password_under_another_key", 400, "invalid_fields", |s| {
        s.request("POST", "auth/register/")
            .json(&json!({"username": "x", CANARY: CANARY}))
    }),
    ("bearer", 401, "token_not_valid", |s| {
        s.request("GET", "user/")
            .header("Authorization", format!("Bearer {CANARY}"))
    }),
    ("cookie", 401, "token_not_valid", |s| s.read_with(CANARY)),
    ("foreign_cookie", 401, "not_authenticated", |s| {
        s.request("GET", "user/")
            .header("Cookie", format!("other={CANARY}"))
    }),
    ("csrf_header", 403, "csrf_failed", |s| {
        s.victim
            .request("PATCH", "user/")
            .header("X-CSRFToken", CANARY)
            .json(&json!({}))
    }),
    ("query", 401, "not_authenticated", |s| {
        s.request("GET", &format!("user/?token={CANARY}"))
    }),
];

pub(crate) fn add_to(cases: &mut Cases) {
    for (name, status, code, plant) in PLANTED {
        let name = format!("not_logged_{name}");
        cases.add("secrets", &name, Setup::Talkative, move |attack| {
            let answer = attack.refused(plant(attack), status, code);
            let reported = answer
                .headers
                .iter()
                .any(|(_, value)| value.contains(CANARY));
            assert!(!reported && !answer.text.contains(CANARY), "{answer:#?}");
            expect_untold(attack, &[CANARY]);
        });
    }
    add!(
        cases,
        "secrets",
        Setup::Talkative,
        [
            a_whole_session_leaves_no_secret_in_the_log,
            no_line_of_the_log_can_be_forged,
            answers_tell_nothing_of_the_inside,
        ]
    );
}

/// The log holds none of `secrets`, and it is a log at all.
#[track_caller]
fn expect_untold(attack: &Attack<'_>, secrets: &[&str]) {
    // Lines arrive a little later than answers; what is done last is logged last.
    let (mut last, _) = attack.other_user();
    let last = last.get("user/").expect(200).member("id");
    attack.target.service.lock().unwrap().wait_for(&last);
    let log = attack.target.log();
    for secret in secrets {
        assert!(!log.contains(secret), "{secret:?} in {log}");
    }
}

fn a_whole_session_leaves_no_secret_in_the_log(attack: &Attack<'_>) {
    let (mut browser, name) = attack.other_user();
    let mut secrets = vec![PASSWORD.to_owned(), forge::SECRET.to_owned()];
    let mut keep = |browser: &accounts_testkit::Browser| {
        for name in ["access_token", "refresh_token", "csrftoken"] {
            secrets.push(browser.cookie(name).unwrap().to_owned());
        }
    };
    keep(&browser);
    browser.log_in(&name).expect(200);
    keep(&browser);
    let mut thief = browser.clone();
    browser.refresh().expect(200);
    browser.get("user/").expect(200);
    keep(&browser);
    browser.refresh().expect(200);
    browser.get("sessions/").expect(200);
    keep(&browser);
    thief.refresh().expect_problem(401, "session_ended");
    browser.get("user/").expect_problem(401, "session_ended");
    browser.log_in(&name).expect(200);
    keep(&browser);
    // What is typed once more, and what is typed for the first time.
    browser.post("auth/reauthenticate/", &proof()).expect(200);
    let body = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    browser.post("user/password/", &body).expect(200);
    keep(&browser);
    browser.log_in_with(&name, NEW_PASSWORD).expect(200);
    keep(&browser);
    let body = json!({ "password": NEW_PASSWORD });
    let leave = browser.unsafe_request("DELETE", "user/").json(&body);
    browser.send(leave).expect(204);
    secrets.push(NEW_PASSWORD.to_owned());
    let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();
    expect_untold(attack, &secrets);
    let signatures: Vec<_> = secrets
        .iter()
        .filter_map(|text| text.rsplit_once('.'))
        .map(|(_, tag)| tag)
        .collect();
    expect_untold(attack, &signatures);
    if let Some(schema) = attack.target.fixture.schema() {
        expect_untold(attack, &[&schema.url()]);
    }
}

/// CR and LF in what a client sends start no line of their own (CWE-117).
fn no_line_of_the_log_can_be_forged(attack: &Attack<'_>) {
    for text in [
        "x\r\n{\"level\":\"ERROR\",\"forged\":1}",
        "x\u{2028}forged\u{85}",
        "x\u{1b}[2Jforged",
    ] {
        attack.refused(attack.login(text, "x"), 401, "invalid_credentials");
        let agent: Vec<u8> = text
            .bytes()
            .filter(|byte| !b"\r\n\0".contains(byte))
            .collect();
        let agent: Vec<u8> = agent.into_iter().filter(|byte| *byte >= 0x20).collect();
        let login = attack.login("nobody", "x").header("User-Agent", agent);
        attack.refused(login, 401, "invalid_credentials");
        let path = attack.request("GET", "user/%0d%0aforged");
        attack.refused(path, 404, "not_found");
    }
    expect_untold(attack, &["\u{1b}[2J", "\u{2028}forged"]);
    for line in attack.target.log().lines() {
        // Before the log is set up, plain lines say what the profile is.
        if let Ok(entry) = serde_json::from_str::<Value>(line) {
            assert_eq!(entry.get("forged"), None, "{line}");
        } else {
            assert!(!line.contains("forged"), "{line}");
        }
    }
}

fn answers_tell_nothing_of_the_inside(attack: &Attack<'_>) {
    let taken = json!({"username": attack.name, "password": PASSWORD});
    for (request, status, code) in [
        (attack.request("GET", "user/"), 401, "not_authenticated"),
        (attack.request("GET", "nothing/"), 404, "not_found"),
        (attack.login("nobody", "x"), 401, "invalid_credentials"),
        (attack.login("x", &"x".repeat(300)), 400, "invalid_fields"),
        (attack.read_with("a.b.c"), 401, "token_not_valid"),
        (attack.refresh_with("a.b.c"), 401, "refresh_token_missing"),
        (
            attack.request("POST", "auth/register/").json(&taken),
            409,
            "username_taken",
        ),
    ] {
        let answer = attack.refused(request, status, code);
        let text = answer.text.to_lowercase();
        for inside in [
            "sql", "sqlx", "sea_orm", "postgres", "rocket", "src/", ".rs", "panicked", "argon",
            "stack",
        ] {
            assert!(!text.contains(inside), "{inside}: {answer:#?}");
        }
        for header in ["server", "x-powered-by", "via"] {
            assert_eq!(answer.header(header), None, "{answer:#?}");
        }
    }
}
