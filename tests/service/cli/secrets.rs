//! What the log must never hold.

use super::service::{JSON, log_in, test_service, user};
use accounts_testkit::{Case, PASSWORD, cases, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases![the_log_tells_no_secret_at_any_level]
}

fn the_log_tells_no_secret_at_any_level() {
    const DATABASE: &str = "canary-database";
    for format in ["text", "json"] {
        let key = test_service!()
            .run(&["key", "generate"])
            .stdout
            .trim()
            .to_owned();
        let fixture = test_service()
            .set("DATABASE_URL", &format!("sqlite://{DATABASE}.sqlite3"))
            .set("ACCOUNTS_KEYS__ACTIVE", &key)
            .set("ACCOUNTS_SESSION__REUSE_GRACE", "0s")
            .set("ACCOUNTS_LOG__FILTER", "trace")
            .set("ACCOUNTS_LOG__FORMAT", format)
            .set("ROCKET_LOG_LEVEL", "debug");
        fixture.create_user("ada");
        let service = fixture.serve();

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
