//! Paths, methods and headers that might lead past a guard, or somewhere else.

use accounts_testkit::{Answer, PASSWORD};
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::ground::Setup;
use crate::scene::{Scene, proof};

/// Other ways to write `/accounts/user/`.
const PATHS: [(&str, &str); 22] = [
    ("slashes_before", "//accounts/user/"),
    ("slashes_inside", "/accounts//user//"),
    ("other_host", "//evil.example/accounts/user/"),
    ("dot", "/accounts/./user/"),
    ("dots", "/accounts/x/../user/"),
    ("dots_encoded", "/accounts/x/%2e%2e/user/"),
    ("dots_above_the_root", "/../../accounts/user/"),
    ("letter_encoded", "/accounts/%75ser/"),
    ("slash_encoded", "/accounts%2fuser/"),
    ("slash_encoded_twice", "/accounts%252fuser/"),
    ("backslash", "/accounts\\user/"),
    ("parameter", "/accounts/user;x=1/"),
    ("parameter_behind", "/accounts/user/;/"),
    ("capitals", "/ACCOUNTS/USER/"),
    ("nul", "/accounts/user%00/"),
    ("blank", "/accounts/user%20/"),
    ("newline", "/accounts/user%0d%0aSet-Cookie:%20x=1/"),
    ("suffix", "/accounts/user.json"),
    ("question_mark_encoded", "/accounts/user%3f"),
    ("full_width_solidus", "/accounts%ef%bc%8fuser/"),
    ("absolute_form", "http://evil.example/accounts/user/"),
    ("fragment", "/accounts/user/#/"),
];

const METHODS: [&str; 12] = [
    "TRACE", "CONNECT", "PROPFIND", "PUT", "POST", "OPTIONS", "BREW", "get", "Get", "DEBUG",
    "LOCK", "MOVE",
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
    for (name, path) in PATHS {
        cases.add("http", &format!("path_{name}"), plain, move |scene| {
            let request = scene.ground.client.request("GET", path);
            expect_shut(&request.send());
        });
    }
    for method in METHODS {
        let name = format!("method_{method}");
        cases.add("http", &name, plain, move |scene| {
            method_is_refused(scene, method);
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

/// Nobody is let in, sent elsewhere or given a cookie.
#[track_caller]
fn expect_shut(answer: &Answer) {
    assert!([400, 401, 404].contains(&answer.status), "{answer:#?}");
    for name in ["set-cookie", "location", "server", "x-powered-by"] {
        assert_eq!(answer.header(name), None, "{answer:#?}");
    }
    assert!(!answer.text.contains("evil"), "{answer:#?}");
}

fn method_is_refused(scene: &Scene<'_>, method: &str) {
    let request = scene.victim.unsafe_request(method, "user/").json(&proof());
    let answer = scene.ground.client.exchange(&request.bytes()).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).unwrap_or("none");
    assert!(
        ["400", "404", "405", "501", "none"].contains(&status),
        "{answer}"
    );
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
            answer.starts_with("HTTP/1.1 40") && !answer.contains("evil"),
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
        "/accounts/",
        "/accounts/.accounts/signing.key",
        "/accounts/../Cargo.toml",
        "/accounts/users/",
        "/accounts/admin/",
        "/actuator/env",
        "/metrics",
    ] {
        let answer = scene.ground.client.request("GET", path).send();
        assert_eq!(answer.status, 404, "{path}: {answer:#?}");
        answer.expect_no_cookie();
    }
}
