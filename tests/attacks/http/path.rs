//! Paths, methods and headers that might lead past a guard, or somewhere else.

use accounts_testkit::{Answer, PASSWORD};
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::ground::Setup;
use crate::scene::{Scene, proof};

/// Other ways to write `/accounts/user/`: what is the same path for the router asks for a sign-in.
const PATHS: [(&str, &str, u16, &str); 22] = [
    (
        "slashes_before",
        "//accounts/user/",
        401,
        "not_authenticated",
    ),
    (
        "slashes_inside",
        "/accounts//user//",
        401,
        "not_authenticated",
    ),
    (
        "other_host",
        "//evil.example/accounts/user/",
        404,
        "not_found",
    ),
    ("dot", "/accounts/./user/", 404, "not_found"),
    ("dots", "/accounts/x/../user/", 404, "not_found"),
    ("dots_encoded", "/accounts/x/%2e%2e/user/", 404, "not_found"),
    (
        "dots_above_the_root",
        "/../../accounts/user/",
        404,
        "not_found",
    ),
    (
        "letter_encoded",
        "/accounts/%75ser/",
        401,
        "not_authenticated",
    ),
    ("slash_encoded", "/accounts%2fuser/", 404, "not_found"),
    (
        "slash_encoded_twice",
        "/accounts%252fuser/",
        404,
        "not_found",
    ),
    ("backslash", "/accounts\\user/", 404, "not_found"),
    ("parameter", "/accounts/user;x=1/", 404, "not_found"),
    ("parameter_behind", "/accounts/user/;/", 404, "not_found"),
    ("capitals", "/ACCOUNTS/USER/", 404, "not_found"),
    ("nul", "/accounts/user%00/", 404, "not_found"),
    ("blank", "/accounts/user%20/", 404, "not_found"),
    (
        "newline",
        "/accounts/user%0d%0aSet-Cookie:%20x=1/",
        404,
        "not_found",
    ),
    ("suffix", "/accounts/user.json", 404, "not_found"),
    (
        "question_mark_encoded",
        "/accounts/user%3f",
        404,
        "not_found",
    ),
    (
        "full_width_solidus",
        "/accounts%ef%bc%8fuser/",
        404,
        "not_found",
    ),
    (
        "absolute_form",
        "http://evil.example/accounts/user/",
        401,
        "not_authenticated",
    ),
    ("fragment", "/accounts/user/#/", 401, "not_authenticated"),
];

/// Those that Rocket has no name for are no requests to it.
const METHODS: [(&str, u16, &str); 12] = [
    ("TRACE", 405, "method_not_allowed"),
    ("CONNECT", 405, "method_not_allowed"),
    ("PUT", 405, "method_not_allowed"),
    ("POST", 405, "method_not_allowed"),
    ("OPTIONS", 405, "method_not_allowed"),
    ("PROPFIND", 400, "bad_request"),
    ("BREW", 400, "bad_request"),
    ("get", 400, "bad_request"),
    ("Get", 400, "bad_request"),
    ("DEBUG", 400, "bad_request"),
    ("LOCK", 400, "bad_request"),
    ("MOVE", 400, "bad_request"),
];

/// Headers that other servers take for another path, host or user.
const REWRITES: [(&str, &str); 14] = [
    ("X-Original-URL", "/accounts/csrf_token/"),
    ("X-Rewrite-URL", "/accounts/csrf_token/"),
    ("X-Forwarded-Prefix", "/evil"),
    ("X-Forwarded-User", "admin"),
    ("X-Remote-User", "admin"),
    ("Remote-User", "admin"),
    ("X-User-Id", "1"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Custom-IP-Authorization", "127.0.0.1"),
    ("X-Host", "evil.example"),
    ("From", "admin@app.example"),
    ("Proxy-Authorization", "Basic YWRtaW46YWRtaW4="),
];

pub(super) fn add_to(cases: &mut Cases) {
    let plain = Setup::Plain;
    for (name, path, status, code) in PATHS {
        cases.add("http", &format!("path_{name}"), plain, move |scene| {
            let request = scene.ground.client.request("GET", path);
            expect_shut(&scene.refused_untouched(request, status, code));
        });
    }
    for (method, status, code) in METHODS {
        let name = format!("method_{method}");
        cases.add("http", &name, plain, move |scene| {
            method_is_refused(scene, method, status, code);
        });
    }
    for (header, value) in REWRITES {
        let name = format!("header_{}", header.to_lowercase());
        cases.add("http", &name, plain, move |scene| {
            let request = scene.request("GET", "user/").header(header, value);
            scene.refused_untouched(request, 401, "not_authenticated");
        });
    }
    add!(
        cases,
        "http",
        plain,
        [
            a_foreign_host_changes_nothing,
            nothing_is_cached_or_sent_in_part,
            errors_are_json_whatever_is_accepted,
            nothing_else_is_served,
        ]
    );
}

/// Nobody is sent elsewhere, and what was sent is not repeated.
#[track_caller]
fn expect_shut(answer: &Answer) {
    for name in ["location", "server", "x-powered-by"] {
        assert_eq!(answer.header(name), None, "{answer:#?}");
    }
    assert!(!answer.text.contains("evil"), "{answer:#?}");
}

fn method_is_refused(scene: &Scene<'_>, method: &str, status: u16, code: &str) {
    let request = scene.victim.unsafe_request(method, "user/").json(&proof());
    let answer = scene.ground.client.exchange(&request.bytes()).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    let line = format!("HTTP/1.1 {status} ");
    assert!(answer.starts_with(&line), "{answer}");
    let code = format!("\"code\":\"{code}\"");
    assert!(answer.contains(&code), "{answer}");
    assert!(!answer.to_lowercase().contains("set-cookie"), "{answer}");
    // TRACE would show a script the cookies that it cannot read.
    assert!(!answer.contains(scene.cookie("access_token")), "{answer}");
}

fn a_foreign_host_changes_nothing(scene: &Scene<'_>) {
    let body = json!({"username": scene.name, "password": PASSWORD}).to_string();
    for host in ["evil.example", "localhost:8000@evil.example", "localhost:1"] {
        let origin = format!("http://{host}");
        let bytes = format!(
            "POST /accounts/auth/login/ HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n\
             Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = scene.ground.client.exchange(bytes.as_bytes()).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.starts_with("HTTP/1.1 403 ") && !answer.contains("evil"),
            "{answer}"
        );
        assert!(!answer.to_lowercase().contains("set-cookie"), "{answer}");
    }
}

fn nothing_is_cached_or_sent_in_part(scene: &Scene<'_>) {
    for (header, value) in [
        ("Range", "bytes=0-1"),
        ("If-None-Match", "*"),
        ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),
        ("If-Match", "\"x\""),
        ("Cache-Control", "only-if-cached"),
    ] {
        let answer = scene
            .victim
            .request("GET", "user/")
            .header(header, value)
            .send();
        let answer = answer.expect(200);
        assert_eq!(answer.member("username"), scene.name);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(
            answer.header("vary").unwrap().contains("Cookie"),
            "{answer:#?}"
        );
        assert_eq!(answer.header("etag"), None);
    }
}

fn errors_are_json_whatever_is_accepted(scene: &Scene<'_>) {
    for accept in [
        "text/html",
        "application/xml",
        "image/png",
        "*/*;q=0",
        "x",
        "",
    ] {
        let request = scene.request("GET", "user/").header("Accept", accept);
        scene.refused_untouched(request, 401, "not_authenticated");
        let request = scene.request("GET", "nothing/").header("Accept", accept);
        scene.refused_untouched(request, 404, "not_found");
    }
}

fn nothing_else_is_served(scene: &Scene<'_>) {
    for path in [
        "/.env",
        "/.git/config",
        "/Rocket.toml",
        "/index.html",
        "/page.html",
        "/accounts/.accounts/signing.key",
        "/accounts/../Cargo.toml",
        "/accounts/users/",
        "/accounts/admin/",
        "/actuator/env",
        "/metrics",
    ] {
        let answer = scene.ground.client.request("GET", path).send();
        answer.expect_problem(404, "not_found").expect_no_cookie();
    }
    // To the page of the profile `debug`, whatever stands behind the base.
    for path in ["/accounts/", "/accounts/?next=https://evil.example"] {
        let answer = scene.ground.client.request("GET", path).send();
        let answer = answer.expect(303).expect_no_cookie();
        assert_eq!(answer.header("location"), Some("/"), "{answer:#?}");
    }
}
