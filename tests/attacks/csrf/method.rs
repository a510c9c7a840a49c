//! Forms, overrides, reading methods, and what CORS would allow.

use serde_json::json;

use crate::Cases;
use crate::add;
use crate::attack::{Attack, proof, sessions_of};
use crate::target::{Setup, TRUSTED};

pub(super) fn add_to(cases: &mut Cases) {
    add!(
        cases,
        "csrf",
        Setup::Plain,
        [
            forms_do_not_reach_a_handler,
            forms_with_a_method_inside,
            method_override_headers,
            reading_methods_do_nothing,
            preflights_allow_nothing,
            reads_from_elsewhere_get_no_cors_headers,
        ]
    );
}

/// What an HTML form can send without asking first.
fn forms_do_not_reach_a_handler(attack: &Attack<'_>) {
    let json = json!({"username": attack.name, "password": accounts_testkit::PASSWORD});
    let form = format!("username={}&password=x", attack.name);
    for (kind, body) in [
        ("text/plain", json.to_string()),
        ("application/x-www-form-urlencoded", form),
        ("application/x-www-form-urlencoded", json.to_string()),
        (
            "multipart/form-data; boundary=b",
            format!("--b\r\n\r\n{json}\r\n--b--"),
        ),
    ] {
        let request = attack
            .request("POST", "auth/login/")
            .header("Content-Type", kind);
        attack.refused_untouched(request.body(body), 415, "unsupported_media_type");
    }
}

/// Rocket would make another request of these. They have a good CSRF token and come from no other
/// site: nothing but the form itself can be what is refused.
fn forms_with_a_method_inside(attack: &Attack<'_>) {
    let own = format!("sessions/{}/", attack.session);
    for (method, path, status, code) in [
        ("DELETE", &*own, 415, "unsupported_media_type"),
        ("DELETE", "sessions/", 415, "unsupported_media_type"),
        ("DELETE", "user/", 415, "unsupported_media_type"),
        ("PATCH", "user/", 415, "unsupported_media_type"),
        ("GET", "user/", 415, "unsupported_media_type"),
        ("POST", "auth/logout/", 415, "unsupported_media_type"),
        // No route takes these.
        ("GET", "auth/logout/", 405, "method_not_allowed"),
        ("DELETE", "csrf_token/", 405, "method_not_allowed"),
    ] {
        for kind in [
            "application/x-www-form-urlencoded",
            "Application/X-WWW-Form-Urlencoded; charset=utf-8",
        ] {
            for method in [method, &method.to_lowercase()] {
                let form = format!("_method={method}&password={}", accounts_testkit::PASSWORD);
                let request = attack.victim.unsafe_request("POST", path);
                let request = request.header("Content-Type", kind).body(form);
                attack.refused_untouched(request, status, code);
            }
        }
    }
    // Rocket cuts the body off an answer to what it takes for a HEAD, and then the connection.
    let request = attack.victim.unsafe_request("POST", "csrf_token/");
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let request = request.body("_method=HEAD");
    let answer = attack.target.client.exchange(&request.bytes()).unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "");
    attack.target.expect_alive();
    // The control: the method itself does it.
    let (mut other_user, _) = attack.other_user();
    let id = sessions_of(&mut other_user).remove(0);
    other_user.delete(&format!("sessions/{id}/")).expect(204);
    other_user.get("user/").expect(401);
}

fn method_override_headers(attack: &Attack<'_>) {
    for header in [
        "X-HTTP-Method-Override",
        "X-HTTP-Method",
        "X-Method-Override",
    ] {
        let read = attack
            .victim
            .unsafe_request("GET", "user/")
            .header(header, "DELETE");
        read.json(&proof()).send().expect(200).expect_no_cookie();
        let post = attack
            .victim
            .unsafe_request("POST", "user/")
            .header(header, "DELETE");
        attack.refused_untouched(post.json(&proof()), 405, "method_not_allowed");
    }
}

/// A link or an image can make a browser read.
fn reading_methods_do_nothing(attack: &Attack<'_>) {
    let session = format!("sessions/{}/", attack.session);
    for path in [
        "auth/logout/",
        "auth/refresh_token/",
        "auth/login/",
        "user/password/",
        &session,
    ] {
        let path = format!("{path}?_method=DELETE");
        let request = attack.victim.unsafe_request("GET", &path);
        attack.refused_untouched(request, 405, "method_not_allowed");
        let answer = attack.victim.unsafe_request("HEAD", &path);
        let answer = attack.target.client.exchange(&answer.bytes()).unwrap();
        assert!(
            answer.starts_with(b"HTTP/1.1 405 "),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
}

fn preflights_allow_nothing(attack: &Attack<'_>) {
    for origin in ["https://evil.example", "null", TRUSTED] {
        let request = attack
            .victim
            .request("OPTIONS", "user/")
            .header("Origin", origin);
        let request = request.header("Access-Control-Request-Method", "DELETE");
        let request = request.header("Access-Control-Request-Headers", "X-CSRFToken");
        attack.refused_untouched(request, 405, "method_not_allowed");
    }
}

fn reads_from_elsewhere_get_no_cors_headers(attack: &Attack<'_>) {
    for origin in ["https://evil.example", "null", "https://localhost:8000"] {
        for path in ["user/", "sessions/", "csrf_token/"] {
            let answer = attack
                .victim
                .request("GET", path)
                .header("Origin", origin)
                .send();
            let mut names = answer.headers.iter().map(|(name, _)| name);
            assert!(
                names.all(|name| !name.starts_with("access-control-")),
                "{answer:#?}"
            );
        }
    }
}
