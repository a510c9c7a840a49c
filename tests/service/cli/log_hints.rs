//! What the log says where an answer may not: of a refresh token that does not count, and of an
//! origin that is refused.

use accounts_testkit::{Backend, Case, RunningService, cases, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        a_refresh_without_the_csrf_cookie_is_told_in_development_alone,
        an_origin_that_is_refused_is_named_beside_the_expected_one
    ]
}

/// In development a client that drops the CSRF cookie is the likely cause, and the log says so; elsewhere
/// it is a cookie that another host has set, as often as it likes, and the log stays silent.
fn a_refresh_without_the_csrf_cookie_is_told_in_development_alone() {
    const TOLD: &str = "a refresh token was ignored";
    let unbound = |service: &RunningService| {
        let mut browser = service.browser();
        browser.register("ada").expect(201);
        browser.forget("csrftoken");
        browser
            .refresh()
            .expect_problem(401, "refresh_token_missing");
        browser.get("user/").expect(200);
    };
    let fixture = test_service!().on(Backend::Sqlite);
    let mut service = fixture.serve();
    unbound(&service);
    service.wait_for(TOLD);
    assert!(service.log().contains("csrf_cookie=\"csrftoken\""));

    let fixture = test_service!()
        .on(Backend::Sqlite)
        .set("ACCOUNTS_COOKIE__ALLOW_INSECURE", "false");
    let service = fixture.serve();
    unbound(&service);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0));
    assert!(!log.contains(TOLD), "{log}");
}

/// What a development server sends, or a browser at another address than the configured one.
fn an_origin_that_is_refused_is_named_beside_the_expected_one() {
    let fixture = test_service!().on(Backend::Sqlite);
    let mut service = fixture.serve();
    let login = |origin: &str| {
        let request = service.browser().request("POST", "auth/login/");
        let request = request
            .header("Origin", origin)
            .json(&serde_json::json!({}));
        request.send().expect_problem(403, "csrf_failed");
    };
    login("http://localhost:5173");
    login("http://evil.example/<b> event=logged_out");
    service.wait_for("origin=\"(unreadable)\"");
    let log = service.log();
    for messages in [
        "origin=\"http://localhost:5173\"",
        "expected=\"http://localhost:8000\"",
        "accounts.public_origin",
        "accounts.csrf.trusted_origins",
    ] {
        assert!(log.contains(messages), "no {messages} in {log}");
    }
    assert!(!log.contains("evil.example"), "{log}");
}
