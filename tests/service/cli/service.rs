//! `serve`: the service as a browser and an operator meet it.

use accounts_testkit::{Answer, Case, PASSWORD, RunningService, TestService, cases, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        a_session_from_login_to_logout,
        sessions_survive_a_restart,
        what_an_operator_does_counts_at_once,
        another_key_ends_the_sessions,
        a_database_that_is_down_is_503_and_signs_nobody_out,
        a_port_that_is_taken_is_named,
        end_to_end_tests_may_register_many
    ]
}

pub(super) const JSON: (&str, &str) = ("Content-Type", "application/json");

pub(super) fn test_service() -> TestService {
    // The origin is that of the front end, whichever port the service has after a restart.
    test_service!().set("ACCOUNTS_PUBLIC_ORIGIN", "http://localhost:8000")
}

pub(super) fn log_in(service: &RunningService, name: &str) -> Answer {
    let body = format!("{{\"username\":\"{name}\",\"password\":\"{PASSWORD}\"}}");
    service.send("POST /accounts/auth/login/", &[JSON], &body)
}

pub(super) fn user(service: &RunningService, cookies: &str) -> Answer {
    service.send("GET /accounts/user/", &[("Cookie", cookies)], "")
}

fn a_session_from_login_to_logout() {
    let fixture = test_service();
    fixture.create_user("ada");
    let service = fixture.serve();
    let signed_in = log_in(&service, "ada").expect(200);
    let cookies = signed_in.cookies().join("; ");
    assert_eq!(
        user(&service, &cookies).expect(200).member("username"),
        "ada"
    );

    let refreshed = service.send(
        "POST /accounts/auth/refresh_token/",
        &[("Cookie", &cookies)],
        "",
    );
    let cookies = refreshed.expect(200).cookies().join("; ");
    let csrf = signed_in.cookie("csrftoken");
    let log_out = |headers: &[_]| service.send("POST /accounts/auth/logout/", headers, "");
    let refused = log_out(&[("Cookie", &*cookies)]).expect(403);
    assert_eq!(refused.member("code"), "csrf_failed");
    log_out(&[("Cookie", &cookies), ("X-CSRFToken", &csrf)]).expect(200);
    assert_eq!(
        user(&service, &cookies).expect(401).member("code"),
        "session_ended"
    );
    assert_eq!(service.stop().0, Some(0));
}

fn sessions_survive_a_restart() {
    let fixture = test_service();
    fixture.create_user("ada");
    let service = fixture.serve();
    let cookies = log_in(&service, "ada").expect(200).cookies().join("; ");
    assert_eq!(service.stop().0, Some(0));
    let service = fixture.serve();
    user(&service, &cookies).expect(200);
    service
        .send(
            "POST /accounts/auth/refresh_token/",
            &[("Cookie", &cookies)],
            "",
        )
        .expect(200);
}

fn what_an_operator_does_counts_at_once() {
    let fixture = test_service();
    fixture.create_user("ada");
    let service = fixture.serve();
    let sign_in = || log_in(&service, "ada").expect(200).cookies().join("; ");

    let cookies = sign_in();
    fixture.run(&["user", "disable", "ada"]).expect(0);
    assert_eq!(
        user(&service, &cookies).expect(401).member("code"),
        "session_ended"
    );
    log_in(&service, "ada").expect(401);
    fixture.run(&["user", "enable", "ada"]).expect(0);
    user(&service, &cookies).expect(401);

    let cookies = sign_in();
    fixture
        .run_with_input(&["user", "set-password", "ada"], "another good password\n")
        .expect(0);
    user(&service, &cookies).expect(401);
    log_in(&service, "ada").expect(401);
    fixture
        .run_with_input(&["user", "set-password", "ada"], &format!("{PASSWORD}\n"))
        .expect(0);

    let cookies = sign_in();
    fixture.run(&["user", "delete", "ada", "--yes"]).expect(0);
    user(&service, &cookies).expect(401);
    assert_eq!(
        log_in(&service, "ada").expect(401).member("code"),
        "invalid_credentials"
    );
}

fn another_key_ends_the_sessions() {
    let fixture = test_service();
    fixture.create_user("ada");
    let service = fixture.serve();
    let cookies = log_in(&service, "ada").expect(200).cookies().join("; ");
    service.stop();
    std::fs::remove_file(fixture.path().join(".accounts/signing.key")).unwrap();
    let service = fixture.serve();
    assert_eq!(
        user(&service, &cookies).expect(401).member("code"),
        "token_not_valid"
    );
}

fn a_database_that_is_down_is_503_and_signs_nobody_out() {
    let key = test_service!()
        .run(&["key", "generate"])
        .stdout
        .trim()
        .to_owned();
    let up = test_service().set("ACCOUNTS_KEYS__ACTIVE", &key);
    up.create_user("ada");
    let service = up.serve();
    let signed_in = log_in(&service, "ada").expect(200);
    service.stop();

    // The same configuration, but the port of its database is closed.
    let closed_port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed_port.local_addr().unwrap().port();
    drop(closed_port);
    let down = test_service()
        .set("ACCOUNTS_KEYS__ACTIVE", &key)
        .set("ACCOUNTS_STORE", "postgres")
        .set(
            "DATABASE_URL",
            &format!("postgres://ada:canary@127.0.0.1:{port}/accounts"),
        );
    let service = down.serve();
    let cookies = signed_in.cookies().join("; ");
    let csrf = signed_in.cookie("csrftoken");
    let headers = [("Cookie", &*cookies), ("X-CSRFToken", &csrf)];
    for answer in [
        log_in(&service, "ada"),
        user(&service, &cookies),
        service.send("POST /accounts/auth/refresh_token/", &headers, ""),
        service.send("POST /accounts/auth/logout/", &headers, ""),
    ] {
        let answer = answer.expect(503);
        assert_eq!(answer.member("code"), "unavailable");
        assert!(answer.cookies().is_empty(), "{answer:#?}");
        assert!(
            answer.headers.iter().any(|(name, _)| name == "retry-after"),
            "{answer:#?}"
        );
    }
    // What needs no store goes on.
    service
        .send("GET /accounts/csrf_token/", &[("Cookie", &cookies)], "")
        .expect(200);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0));
    assert!(
        log.contains("unavailable") && !log.contains("canary"),
        "{log}"
    );
    down.run(&["user", "list"])
        .expect(1)
        .says("unavailable")
        .reveals_none_of(&["canary"]);
}

fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = test_service().set("ROCKET_PORT", &port).run(&["serve"]);
    refused
        .expect(1)
        .says(&format!("port {port} is in use"))
        .says("ROCKET_PORT");
}

/// A suite that registers a user for each of its cases is not stopped while developing.
fn end_to_end_tests_may_register_many() {
    let debug = test_service!().run(&["config", "check"]);
    debug
        .expect(0)
        .prints("accounts.throttle.register_per_hour = 1000 ");
    let test = test_service!().set("ROCKET_PROFILE", "test");
    let test = test.run(&["config", "check"]);
    test.expect(0)
        .prints("accounts.throttle.register_per_hour = 20 ");
}
