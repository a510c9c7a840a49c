//! Paths, methods and headers that might lead past a guard, or somewhere else.

use accounts_testkit::{Answer, PASSWORD};
use serde_json::json;

use super::paths::{METHODS, PATHS, REWRITES};
use crate::Cases;
use crate::add;
use crate::attack::{Attack, proof};
use crate::target::Setup;

pub(super) fn add_to(cases: &mut Cases) {
    let plain = Setup::Plain;
    for (name, path, status, code) in PATHS {
        cases.add("http", &format!("path_{name}"), plain, move |attack| {
            let request = attack.target.client.request("GET", path);
            expect_shut(&attack.refused_untouched(request, status, code));
        });
    }
    for (method, status, code) in METHODS {
        let name = format!("method_{method}");
        cases.add("http", &name, plain, move |attack| {
            method_is_refused(attack, method, status, code);
        });
    }
    for (header, value) in REWRITES {
        let name = format!("header_{}", header.to_lowercase());
        cases.add("http", &name, plain, move |attack| {
            let request = attack.request("GET", "user/").header(header, value);
            attack.refused_untouched(request, 401, "not_authenticated");
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

/// There is no redirect, and what was sent is not repeated.
#[track_caller]
fn expect_shut(answer: &Answer) {
    for name in ["location", "server", "x-powered-by"] {
        assert_eq!(answer.header(name), None, "{answer:#?}");
    }
    assert!(!answer.text.contains("evil"), "{answer:#?}");
}

fn method_is_refused(attack: &Attack<'_>, method: &str, status: u16, code: &str) {
    let request = attack.victim.unsafe_request(method, "user/").json(&proof());
    let answer = attack.target.client.exchange(&request.bytes()).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    let line = format!("HTTP/1.1 {status} ");
    assert!(answer.starts_with(&line), "{answer}");
    let code = format!("\"code\":\"{code}\"");
    assert!(answer.contains(&code), "{answer}");
    assert!(!answer.to_lowercase().contains("set-cookie"), "{answer}");
    // TRACE would show a script the cookies that it cannot read.
    assert!(!answer.contains(attack.cookie("access_token")), "{answer}");
}

fn a_foreign_host_changes_nothing(attack: &Attack<'_>) {
    let body = json!({"username": attack.name, "password": PASSWORD}).to_string();
    for host in ["evil.example", "localhost:8000@evil.example", "localhost:1"] {
        let origin = format!("http://{host}");
        let bytes = format!(
            "POST /accounts/auth/login/ HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n\
             Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = attack.target.client.exchange(bytes.as_bytes()).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.starts_with("HTTP/1.1 403 ") && !answer.contains("evil"),
            "{answer}"
        );
        assert!(!answer.to_lowercase().contains("set-cookie"), "{answer}");
    }
}

fn nothing_is_cached_or_sent_in_part(attack: &Attack<'_>) {
    for (header, value) in [
        ("Range", "bytes=0-1"),
        ("If-None-Match", "*"),
        ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),
        ("If-Match", "\"x\""),
        ("Cache-Control", "only-if-cached"),
    ] {
        let answer = attack
            .victim
            .request("GET", "user/")
            .header(header, value)
            .send();
        let answer = answer.expect(200);
        assert_eq!(answer.member("username"), attack.name);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(
            answer.header("vary").unwrap().contains("Cookie"),
            "{answer:#?}"
        );
        assert_eq!(answer.header("etag"), None);
    }
}

fn errors_are_json_whatever_is_accepted(attack: &Attack<'_>) {
    for accept in [
        "text/html",
        "application/xml",
        "image/png",
        "*/*;q=0",
        "x",
        "",
    ] {
        let request = attack.request("GET", "user/").header("Accept", accept);
        attack.refused_untouched(request, 401, "not_authenticated");
        let request = attack.request("GET", "nothing/").header("Accept", accept);
        attack.refused_untouched(request, 404, "not_found");
    }
}

fn nothing_else_is_served(attack: &Attack<'_>) {
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
        let answer = attack.target.client.request("GET", path).send();
        answer.expect_problem(404, "not_found").expect_no_cookie();
    }
    // To the page of the profile `debug`, whatever stands behind the base.
    for path in ["/accounts/", "/accounts/?next=https://evil.example"] {
        let answer = attack.target.client.request("GET", path).send();
        let answer = answer.expect(303).expect_no_cookie();
        assert_eq!(answer.header("location"), Some("/"), "{answer:#?}");
    }
}
