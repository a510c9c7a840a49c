//! `proxy.Caddyfile`: one domain with a front end and the service.

use accounts_testkit::{Backend, Browser, Case, cases, compare_front_ends, test_service};

use super::process::{ORIGIN, Site};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        cookies_and_the_clients_address_arrive,
        the_front_end_is_served_as_the_service_does,
        a_service_that_is_down_is_a_503_and_no_logout,
        headers_are_bounded,
        requests_that_do_not_come_are_cut_off
    ]
}

fn start() -> Site {
    Site::start("proxy.Caddyfile")
}

pub(crate) fn cookies_and_the_clients_address_arrive() {
    let site = start();
    let mut ada = Browser::new(site.client().from("127.0.0.2".parse().unwrap()));
    ada.register("ada").expect(201);
    let login = ada.log_in("ada").expect(200);
    for cookie in login.set_cookies() {
        assert!(cookie.name.starts_with("__"), "{login:#?}");
        assert!(
            cookie.attributes.contains(&"Secure".to_owned()),
            "{login:#?}"
        );
    }
    ada.refresh().expect(200);
    let claiming = ada.request("GET", "sessions/");
    let claiming = claiming.header("X-Forwarded-For", "198.51.100.7");
    let sessions = claiming.send().expect(200).json();
    assert_eq!(sessions[0]["address"], "127.0.0.2", "{sessions}");
    ada.log_out().expect(200);
    let forged = site.request("POST", "/accounts/auth/login/");
    let forged = forged.header("Origin", "https://evil.example").body("{}");
    forged.send().expect_problem(403, "csrf_failed");
}

pub(crate) fn the_front_end_is_served_as_the_service_does() {
    let site = start();
    let folder = site.front_end().display().to_string();
    let built_in = test_service!()
        .behind_a_proxy(Backend::Memory, ORIGIN)
        .set("ACCOUNTS_FRONTEND", &folder)
        .serve();
    compare_front_ends(
        |method, path| built_in.request(method, path),
        |method, path| site.request(method, path),
    );
}

pub(crate) fn a_service_that_is_down_is_a_503_and_no_logout() {
    let mut site = start();
    let mut ada = site.signed_in("ada");
    let held = ada.cookie_names().len();
    site.stop_service();
    for answer in [ada.get("user/"), ada.refresh(), ada.log_in("ada")] {
        let answer = answer.expect_problem(503, "unavailable").expect_no_cookie();
        for (name, value) in [
            ("retry-after", "2"),
            ("cache-control", "no-store"),
            ("content-type", "application/problem+json"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{answer:#?}");
        }
    }
    assert_eq!(ada.cookie_names().len(), held);
    // The page needs no service.
    site.request("GET", "/index.html").send().expect(200);
}

pub(crate) fn headers_are_bounded() {
    let site = start();
    let with = |size: usize| {
        let request = site.request("GET", "/accounts/user/");
        request.header("X-Padding", "x".repeat(size)).send()
    };
    with(8 * 1024).expect_problem(401, "not_authenticated");
    with(32 * 1024).expect(431);
}

/// The service itself would wait for ever for a body's first 14 bytes.
pub(crate) fn requests_that_do_not_come_are_cut_off() {
    let site = start();
    let head = "POST /accounts/auth/login/ HTTP/1.1\r\nHost: app.example";
    let body = "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"user";
    let slow = [
        format!("{head}\r\nX-Slow: "),
        format!("{head}\r\n{body}"),
        String::new(),
    ];
    let client = site.client();
    // Each comes back only because Caddy closes the connection.
    let cut_off = slow.map(|bytes| std::thread::spawn(move || client.exchange(bytes.as_bytes())));
    for answer in cut_off {
        let answer = String::from_utf8(answer.join().unwrap().unwrap()).unwrap();
        assert!(!answer.contains("_token"), "{answer}");
    }
}
