//! `proxy.conf`: one domain with a front end and the service.

use accounts_testkit::{Answer, Backend, Case, PASSWORD, cases, compare_front_ends};
use serde_json::json;

use super::site::{ORIGIN, Site, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        cookies_arrive_as_the_service_sets_them,
        the_address_is_the_clients_own,
        headers_that_do_not_come_are_cut_off,
        bodies_that_do_not_come_are_cut_off,
        idle_connections_are_cut_off,
        headers_are_bounded,
        bodies_are_bounded,
        other_sites_are_refused,
        ambiguous_requests_are_refused,
        a_service_that_is_down_is_a_503_and_no_logout,
        the_front_end_is_served_and_http_leads_to_https,
        the_front_end_is_served_as_the_service_does
    ]
}

fn attributes(answer: &Answer) -> Vec<String> {
    let cookies = answer.set_cookies().into_iter();
    let mut all: Vec<_> = cookies
        .map(|cookie| format!("{}: {}", cookie.name, cookie.attributes.join("; ")))
        .collect();
    all.sort();
    all
}

pub(crate) fn cookies_arrive_as_the_service_sets_them() {
    let site = Site::start();
    let mut ada = site.nginx.browser();
    ada.register("ada").expect(201);
    let through = ada.log_in("ada").expect(200);
    assert_eq!(
        attributes(&through),
        [
            "__Host-access_token: HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=900",
            "__Host-csrftoken: SameSite=Lax; Secure; Path=/; Max-Age=2592000",
            "__Secure-device: HttpOnly; SameSite=Lax; Secure; Path=/accounts/auth/; Max-Age=31536000",
            "__Secure-refresh_token: HttpOnly; SameSite=Lax; Secure; Path=/accounts/auth/; \
             Max-Age=2592000",
        ]
    );
    ada.get("user/").expect(200);
    ada.refresh().expect(200);
    ada.patch("user/", &json!({ "first_name": "Ada" }))
        .expect(200);
    ada.log_out().expect(200);
    assert_eq!(ada.cookie_names(), [""; 0]);

    // Nothing is kept on the way.
    let token = || {
        site.nginx
            .browser()
            .get("csrf_token/")
            .expect(200)
            .member("token")
    };
    assert_ne!(token(), token());
    site.nginx.stop();
    assert_eq!(site.service.stop().0, Some(0));
}

pub(crate) fn the_address_is_the_clients_own() {
    let site = Site::start();
    let client = site.nginx.client().from("127.0.0.2".parse().unwrap());
    let mut ada = accounts_testkit::Browser::new(client);
    ada.register("ada").expect(201);
    let body = json!({ "username": "ada", "password": PASSWORD });
    let login = ada
        .unsafe_request("POST", "auth/login/")
        .header("X-Forwarded-For", "198.51.100.7")
        .header("X-Real-IP", "198.51.100.8")
        .header("Forwarded", "for=198.51.100.9");
    ada.send(login.json(&body)).expect(200);
    let sessions = ada.get("sessions/").expect(200).json();
    let addresses: Vec<_> = sessions.as_array().unwrap().iter().collect();
    for session in &addresses {
        assert_eq!(session["address"], "127.0.0.2", "{sessions}");
    }
    assert!(!addresses.is_empty());
}

pub(crate) fn headers_that_do_not_come_are_cut_off() {
    let site = Site::start();
    let slow = b"GET /accounts/user/ HTTP/1.1\r\nHost: app.example\r\nX-Slow: ";
    // Comes back only because nginx closes the connection.
    let answer = site.nginx.client().exchange(slow).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.is_empty() || answer.contains(" 408 "), "{answer}");
}

/// The service itself would wait for ever for the first 14 bytes.
pub(crate) fn bodies_that_do_not_come_are_cut_off() {
    let site = Site::start();
    let slow = b"POST /accounts/auth/login/ HTTP/1.1\r\nHost: app.example\r\n\
        Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"user";
    let answer = site.nginx.client().exchange(slow).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.is_empty() || answer.contains(" 408 "), "{answer}");
}

pub(crate) fn idle_connections_are_cut_off() {
    let site = Site::start();
    assert_eq!(site.nginx.client().exchange(b"").unwrap(), b"");
}

pub(crate) fn headers_are_bounded() {
    let site = Site::start();
    let with = |headers: usize, size: usize| {
        let mut request = site.nginx.request("GET", "/accounts/user/");
        for number in 0..headers {
            request = request.header(&format!("X-Padding-{number}"), "x".repeat(size));
        }
        request.send()
    };
    with(5, 2048).expect_problem(401, "not_authenticated");
    for (headers, size) in [(9, 2048), (1, 17 * 1024), (1, 9 * 1024)] {
        let answer = with(headers, size).expect(400);
        assert!(
            answer.text.contains("Header Or Cookie Too Large"),
            "{answer:#?}"
        );
    }
}

pub(crate) fn bodies_are_bounded() {
    let site = Site::start();
    let send = |size: usize| {
        let request = site.nginx.request("POST", "/accounts/auth/login/");
        let request = request.header("Content-Type", "application/json");
        request.body("x".repeat(size)).send()
    };
    send(9 * 1024).expect_problem(413, "body_too_large");
    let answer = send(17 * 1024).expect(413);
    assert!(answer.text.contains("nginx"), "{answer:#?}");
}

pub(crate) fn other_sites_are_refused() {
    let site = Site::start();
    site.nginx.browser().register("ada").expect(201);
    let body = json!({ "username": "ada", "password": PASSWORD });
    let log_in = |name: &str, value: &str| {
        let request = site.nginx.request("POST", "/accounts/auth/login/");
        request.header(name, value).json(&body).send()
    };
    for (name, value) in [
        ("Origin", "https://evil.example"),
        ("Origin", "http://app.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let answer = log_in(name, value).expect_problem(403, "csrf_failed");
        answer.expect_no_cookie();
    }
    log_in("Origin", ORIGIN).expect(200);
    log_in("Sec-Fetch-Site", "same-origin").expect(200);
}

/// What a front server and the service could read differently (ASVS 5.0 4.2.1).
pub(crate) fn ambiguous_requests_are_refused() {
    let site = Site::start();
    for lines in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Content-Length: +5",
    ] {
        let head = "POST /accounts/auth/logout/ HTTP/1.1\r\nHost: app.example";
        let bytes = format!("{head}\r\n{lines}\r\n\r\n0\r\n\r\nX");
        let answer = site.nginx.client().exchange(bytes.as_bytes()).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let refused = [" 400 ", " 501 "]
            .iter()
            .any(|status| answer[8..].starts_with(status));
        assert!(refused, "{lines}: {answer}");
    }
}

pub(crate) fn a_service_that_is_down_is_a_503_and_no_logout() {
    let site = Site::start();
    let mut ada = site.nginx.browser();
    ada.register("ada").expect(201);
    let held = ada.cookie_names().len();
    let address = site.service.address();
    assert_eq!(site.service.stop().0, Some(0));
    for answer in [ada.get("user/"), ada.refresh(), ada.log_in("ada")] {
        let answer = answer.expect_problem(503, "unavailable").expect_no_cookie();
        assert_eq!(answer.header("retry-after"), Some("2"), "{answer:#?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
    }
    assert_eq!(ada.cookie_names().len(), held);
    let _service = site.fixture.serve_on(address.port());
    ada.get("user/").expect(200);
}

pub(crate) fn the_front_end_is_served_and_http_leads_to_https() {
    let site = Site::start();
    for path in ["/", "/some/page"] {
        let page = site.nginx.request("GET", path);
        let page = page.header("Accept", "text/html").send().expect(200);
        assert!(page.text.contains("front end"), "{page:#?}");
    }
    let page = site
        .nginx
        .plain()
        .request("GET", "/accounts/user/?x")
        .send();
    let page = page.expect(308).expect_no_cookie();
    let there = Some("https://app.example/accounts/user/?x");
    assert_eq!(page.header("location"), there);
}

pub(crate) fn the_front_end_is_served_as_the_service_does() {
    let site = Site::start();
    let folder = site.nginx.front_end().display().to_string();
    let built_in = test_service(Backend::Memory)
        .set("ACCOUNTS_ALLOW_INSECURE_MEMORY_STORE", "true")
        .set("ACCOUNTS_FRONTEND", &folder)
        .serve();
    compare_front_ends(
        |method, path| built_in.request(method, path),
        |method, path| site.nginx.request(method, path),
    );
}
