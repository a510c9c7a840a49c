//! `serve`: the service as a browser and an operator meet it.

use accounts_testkit::{Answer, PASSWORD, Place, Service, place};

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn place() -> Place {
    // The origin is that of the front end, whichever port the service has after a restart.
    place!().set("ACCOUNTS_PUBLIC_ORIGIN", "http://localhost:8000")
}

fn log_in(service: &Service, name: &str) -> Answer {
    let body = format!("{{\"username\":\"{name}\",\"password\":\"{PASSWORD}\"}}");
    service.send("POST /accounts/auth/login/", &[JSON], &body)
}

fn user(service: &Service, cookies: &str) -> Answer {
    service.send("GET /accounts/user/", &[("Cookie", cookies)], "")
}

#[test]
fn a_session_from_login_to_logout() {
    let place = place();
    place.create_user("ada");
    let service = place.serve();
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

#[test]
fn sessions_survive_a_restart() {
    let place = place();
    place.create_user("ada");
    let service = place.serve();
    let cookies = log_in(&service, "ada").expect(200).cookies().join("; ");
    assert_eq!(service.stop().0, Some(0));
    let service = place.serve();
    user(&service, &cookies).expect(200);
    service
        .send(
            "POST /accounts/auth/refresh_token/",
            &[("Cookie", &cookies)],
            "",
        )
        .expect(200);
}

#[test]
fn what_an_operator_does_counts_at_once() {
    let place = place();
    place.create_user("ada");
    let service = place.serve();
    let sign_in = || log_in(&service, "ada").expect(200).cookies().join("; ");

    let cookies = sign_in();
    place.run(&["user", "disable", "ada"]).expect(0);
    assert_eq!(
        user(&service, &cookies).expect(401).member("code"),
        "session_ended"
    );
    log_in(&service, "ada").expect(401);
    place.run(&["user", "enable", "ada"]).expect(0);
    user(&service, &cookies).expect(401);

    let cookies = sign_in();
    place
        .run_with_input(&["user", "set-password", "ada"], "another good password\n")
        .expect(0);
    user(&service, &cookies).expect(401);
    log_in(&service, "ada").expect(401);
    place
        .run_with_input(&["user", "set-password", "ada"], &format!("{PASSWORD}\n"))
        .expect(0);

    let cookies = sign_in();
    place.run(&["user", "delete", "ada", "--yes"]).expect(0);
    user(&service, &cookies).expect(401);
    assert_eq!(
        log_in(&service, "ada").expect(401).member("code"),
        "invalid_credentials"
    );
}

#[test]
fn another_key_ends_the_sessions() {
    let place = place();
    place.create_user("ada");
    let service = place.serve();
    let cookies = log_in(&service, "ada").expect(200).cookies().join("; ");
    service.stop();
    std::fs::remove_file(place.path().join(".accounts/signing.key")).unwrap();
    let service = place.serve();
    assert_eq!(
        user(&service, &cookies).expect(401).member("code"),
        "token_not_valid"
    );
}

#[test]
fn the_log_tells_no_secret_at_any_level() {
    const DATABASE: &str = "canary-database";
    for format in ["text", "json"] {
        let key = place!().run(&["key", "generate"]).stdout.trim().to_owned();
        let place = place()
            .set("DATABASE_URL", &format!("sqlite://{DATABASE}.sqlite3"))
            .set("ACCOUNTS_KEYS__ACTIVE", &key)
            .set("ACCOUNTS_SESSION__REUSE_GRACE", "0s")
            .set("ACCOUNTS_LOG__FILTER", "trace")
            .set("ACCOUNTS_LOG__FORMAT", format)
            .set("ROCKET_LOG_LEVEL", "debug");
        place.create_user("ada");
        let service = place.serve();

        let first = log_in(&service, "ada").expect(200);
        let cookies = first.cookies().join("; ");
        let bearer = format!("Bearer {}", first.cookie("access_token"));
        let path = "/accounts/auth/login/";
        for (status, body) in [
            (401, "{\"username\":\"ada\",\"password\":\"canary-wrong\"}"),
            (
                401,
                "{\"username\":\"canary-name\",\"password\":\"canary-wrong\"}",
            ),
            (400, "{\"username\":\"ada\",\"password\":\"canary-broken\""),
            (400, "{\"username\":7,\"password\":[\"canary-list\"]}"),
        ] {
            service
                .send(&format!("POST {path}"), &[JSON], body)
                .expect(status);
        }
        let form = ("Content-Type", "application/x-www-form-urlencoded");
        service
            .send(&format!("POST {path}"), &[form], "password=canary-form")
            .expect(415);
        service
            .send(&format!("GET {path}?password=canary-query"), &[], "")
            .expect(405);
        service
            .send(
                "GET /accounts/user/?token=canary-query",
                &[("Authorization", &bearer)],
                "",
            )
            .expect(200);
        service
            .send(
                "GET /accounts/user/",
                &[("Authorization", "Bearer canary-bearer")],
                "",
            )
            .expect(401);
        service
            .send(
                "POST /accounts/auth/logout/",
                &[("Cookie", &cookies), ("X-CSRFToken", "canary-csrf")],
                "",
            )
            .expect(403);
        // A spent token comes back after its successor was used: one security event.
        let refresh = |cookies: &str| {
            service.send(
                "POST /accounts/auth/refresh_token/",
                &[("Cookie", cookies)],
                "",
            )
        };
        let second = refresh(&cookies).expect(200);
        user(&service, &second.cookies().join("; ")).expect(200);
        refresh(&cookies).expect(401);

        let (code, log) = service.stop();
        assert_eq!(code, Some(0));
        for event in [
            "login_succeeded",
            "login_failed",
            "csrf_failed",
            "refresh_token_reuse",
        ] {
            assert!(log.contains(event), "{event}: {log}");
        }
        let mut secrets = vec![
            "canary".to_owned(),
            DATABASE.to_owned(),
            PASSWORD.to_owned(),
            key,
        ];
        for answer in [&first, &second] {
            for name in ["access_token", "refresh_token", "csrftoken"] {
                // A part of a token is a token too many; the first is its public header.
                secrets.extend(answer.cookie(name).split('.').skip(1).map(str::to_owned));
                secrets.push(answer.cookie(name));
            }
        }
        for secret in secrets {
            assert!(!log.contains(&secret), "{secret:?} in the log:\n{log}");
        }
    }
}

#[test]
fn a_database_that_is_down_is_503_and_signs_nobody_out() {
    let key = place!().run(&["key", "generate"]).stdout.trim().to_owned();
    let up = place().set("ACCOUNTS_KEYS__ACTIVE", &key);
    up.create_user("ada");
    let service = up.serve();
    let signed_in = log_in(&service, "ada").expect(200);
    service.stop();

    // The same site, but nobody listens where its database should be.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let down = place()
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
        .keeps(&["canary"]);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = place().set("ROCKET_PORT", &port).run(&["serve"]);
    refused
        .expect(1)
        .says(&format!("port {port} is in use"))
        .says("ROCKET_PORT");
}

/// A suite that registers a user for each of its cases is not stopped while developing.
#[test]
fn end_to_end_tests_may_register_many() {
    let debug = place!().run(&["config", "check"]);
    debug
        .expect(0)
        .prints("accounts.throttle.register_per_hour = 1000 ");
    let test = place!().set("ROCKET_PROFILE", "test");
    let test = test.run(&["config", "check"]);
    test.expect(0)
        .prints("accounts.throttle.register_per_hour = 20 ");
}
