//! What must never be told, looked for in the log at its most talkative and in every answer.

use accounts_testkit::{PASSWORD, Request};
use serde_json::{Value, json};

use crate::Cases;
use crate::add;
use crate::forge;
use crate::ground::Setup;
use crate::scene::{Scene, proof};

/// Shorter than a password may be.
const CANARY: &str = "canary-7d1f";
/// One that may be set.
const NEW_PASSWORD: &str = "canary quartz ferry 7 lantern";

/// Where a canary is put, and how the request is refused; nothing of it may be in the log.
type Plant = (&'static str, u16, &'static str, fn(&Scene<'_>) -> Request);

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
        cases.add("secrets", &name, Setup::Talkative, move |scene| {
            let answer = scene.refused(plant(scene), status, code);
            let told = answer
                .headers
                .iter()
                .any(|(_, value)| value.contains(CANARY));
            assert!(!told && !answer.text.contains(CANARY), "{answer:#?}");
            expect_untold(scene, &[CANARY]);
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
fn expect_untold(scene: &Scene<'_>, secrets: &[&str]) {
    // Lines arrive a little later than answers; what is done last is logged last.
    let (mut last, _) = scene.somebody();
    let last = last.get("user/").expect(200).member("id");
    scene.ground.service.lock().unwrap().wait_for(&last);
    let log = scene.ground.log();
    for secret in secrets {
        assert!(!log.contains(secret), "{secret:?} in {log}");
    }
}

fn a_whole_session_leaves_no_secret_in_the_log(scene: &Scene<'_>) {
    let (mut browser, name) = scene.somebody();
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
    expect_untold(scene, &secrets);
    let signatures: Vec<_> = secrets
        .iter()
        .filter_map(|text| text.rsplit_once('.'))
        .map(|(_, tag)| tag)
        .collect();
    expect_untold(scene, &signatures);
    if let Some(schema) = scene.ground.place.schema() {
        expect_untold(scene, &[&schema.url()]);
    }
}

/// CR and LF in what a stranger sends start no line of their own (CWE-117).
fn no_line_of_the_log_can_be_forged(scene: &Scene<'_>) {
    for text in [
        "x\r\n{\"level\":\"ERROR\",\"forged\":1}",
        "x\u{2028}forged\u{85}",
        "x\u{1b}[2Jforged",
    ] {
        scene.refused(scene.login(text, "x"), 401, "invalid_credentials");
        let agent: Vec<u8> = text
            .bytes()
            .filter(|byte| !b"\r\n\0".contains(byte))
            .collect();
        let agent: Vec<u8> = agent.into_iter().filter(|byte| *byte >= 0x20).collect();
        let login = scene.login("nobody", "x").header("User-Agent", agent);
        scene.refused(login, 401, "invalid_credentials");
        let path = scene.request("GET", "user/%0d%0aforged");
        scene.refused(path, 404, "not_found");
    }
    expect_untold(scene, &["\u{1b}[2J", "\u{2028}forged"]);
    for line in scene.ground.log().lines() {
        // Before the log is set up, plain lines say what the profile is.
        if let Ok(entry) = serde_json::from_str::<Value>(line) {
            assert_eq!(entry.get("forged"), None, "{line}");
        } else {
            assert!(!line.contains("forged"), "{line}");
        }
    }
}

fn answers_tell_nothing_of_the_inside(scene: &Scene<'_>) {
    let taken = json!({"username": scene.name, "password": PASSWORD});
    for (request, status, code) in [
        (scene.request("GET", "user/"), 401, "not_authenticated"),
        (scene.request("GET", "nothing/"), 404, "not_found"),
        (scene.login("nobody", "x"), 401, "invalid_credentials"),
        (scene.login("x", &"x".repeat(300)), 400, "invalid_fields"),
        (scene.read_with("a.b.c"), 401, "token_not_valid"),
        (scene.refresh_with("a.b.c"), 401, "refresh_token_missing"),
        (
            scene.request("POST", "auth/register/").json(&taken),
            409,
            "username_taken",
        ),
    ] {
        let answer = scene.refused(request, status, code);
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
