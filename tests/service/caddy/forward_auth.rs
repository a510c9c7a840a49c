//! `forward-auth.Caddyfile`: an API of another program on the same domain.

use accounts_testkit::{Case, cases, header_spellings};

use super::process::{ORIGIN, Site};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        an_application_is_told_who_it_is,
        no_spelling_of_a_name_gets_through,
        strangers_are_kept_out,
        unsafe_requests_need_the_csrf_token,
        bodies_of_any_size_arrive,
        a_service_that_is_down_lets_nobody_in
    ]
}

/// The headers that the application gets.
const NAMES: [&str; 3] = [
    "X-Accounts-User",
    "X-Accounts-User-Id",
    "X-Accounts-Session",
];

fn start() -> Site {
    Site::start("forward-auth.Caddyfile")
}

pub(crate) fn an_application_is_told_who_it_is() {
    let site = start();
    let mut ada = site.signed_in("Ada");
    let user = ada.get("user/").expect(200).member("id");
    let answer = site.to_the_api(&ada, "GET").send().expect(200);
    assert_eq!(answer.expect_no_cookie().text, "done");
    let received = site.api.requests();
    let [received] = &received[..] else {
        panic!("{received:?}")
    };
    for line in [
        "GET /api/notes HTTP/1.1\r\n".to_owned(),
        "x-accounts-user: Ada\n".to_owned(),
        format!("x-accounts-user-id: {user}\n"),
    ] {
        assert_eq!(received.matches(&line).count(), 1, "{line} in {received}");
    }
    for secret in ["cookie", "token", "authorization"] {
        assert!(!received.contains(secret), "{secret} in {received}");
    }
}

/// To an application that reads headers as CGI does, `_` is `-`: each spelling of a name is gone.
pub(crate) fn no_spelling_of_a_name_gets_through() {
    let site = start();
    let ada = site.signed_in("Ada");
    let mut request = site.to_the_api(&ada, "GET");
    for name in NAMES {
        request = request.header(name, "root");
    }
    for spelling in NAMES.into_iter().flat_map(header_spellings) {
        request = request.header(&spelling, "root");
        request = request.header(&spelling.to_lowercase(), "root");
    }
    request.send().expect(200);
    let received = site.api.requests();
    assert!(!received[0].contains("root"), "{received:?}");
    let merged = received[0].replace('_', "-");
    assert_eq!(
        merged.matches("x-accounts-").count(),
        NAMES.len(),
        "{received:?}"
    );
}

pub(crate) fn strangers_are_kept_out() {
    let site = start();
    let anonymous = site.browser();
    for claim in ["X-Accounts-User", "X_Accounts_User", "x-accounts-user-id"] {
        let request = site.to_the_api(&anonymous, "GET").header(claim, "Ada");
        let answer = request.send().expect_problem(401, "not_authenticated");
        let challenges = answer.headers_named("www-authenticate").count();
        assert_eq!(challenges, 1, "{answer:#?}");
        assert!(answer.header("x-accounts-user").is_none(), "{answer:#?}");
    }
    // A logout counts at once, and clears what it makes useless.
    let mut ada = site.signed_in("ada");
    let copy = ada.clone();
    ada.log_out().expect(200);
    let answer = site.to_the_api(&copy, "GET").send();
    let answer = answer.expect_problem(401, "session_ended");
    assert_eq!(answer.set_cookies().len(), 3, "{answer:#?}");
    assert_eq!(site.api.requests(), [""; 0]);
}

pub(crate) fn unsafe_requests_need_the_csrf_token() {
    let site = start();
    let ada = site.signed_in("ada");
    let token = ada.cookie("csrftoken").unwrap();
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let bare = site.to_the_api(&ada, method).body("{}");
        let good = bare.clone().header("X-CSRFToken", token);
        for forged in [
            bare.clone(),
            bare.clone().header("X-Forwarded-Method", "GET"),
            bare.header("X-HTTP-Method-Override", "GET"),
            good.clone().header("Origin", "https://evil.example"),
        ] {
            let answer = forged.send().expect_problem(403, "csrf_failed");
            answer.expect_no_cookie();
        }
        assert_eq!(site.api.requests(), [""; 0], "{method}");
        good.header("Origin", ORIGIN).send().expect(200);
        assert!(site.api.requests()[0].starts_with(method));
    }
}

pub(crate) fn bodies_of_any_size_arrive() {
    let site = start();
    let ada = site.signed_in("Ada");
    let anonymous = site.browser();
    for size in [0, 16 * 1024, 16 * 1024 + 1, 1024 * 1024] {
        let body = "x".repeat(size);
        let request = site.to_the_api(&ada, "POST").header("Origin", ORIGIN);
        let request = request.header("X-CSRFToken", ada.cookie("csrftoken").unwrap());
        request.body(&body).send().expect(200);
        assert!(
            site.api.requests()[0].ends_with(&format!("\n{body}")),
            "{size}"
        );
        // Caddy reads no more than this of a body that it refuses, and closes the connection.
        let body = &body[..size.min(200_000)];
        let answer = site.to_the_api(&anonymous, "POST").body(body).send();
        let answer = answer.expect_problem(401, "not_authenticated");
        assert!(!answer.text.contains("username"), "{answer:#?}");
    }
    assert_eq!(site.api.requests(), [""; 0]);
}

pub(crate) fn a_service_that_is_down_lets_nobody_in() {
    let mut site = start();
    let ada = site.signed_in("ada");
    site.stop_service();
    let answer = site.to_the_api(&ada, "GET").send();
    let answer = answer.expect_problem(503, "unavailable").expect_no_cookie();
    assert_eq!(answer.header("retry-after"), Some("2"), "{answer:#?}");
    assert_eq!(site.api.requests(), [""; 0]);
}
