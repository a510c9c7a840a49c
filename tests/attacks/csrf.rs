//! Other sites that make the victim's browser act, and tokens that are not this session's.

use accounts_testkit::Request;
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::forge::{self, CSRF, key_for};
use crate::ground::{Setup, TRUSTED};
use crate::scene::{Scene, proof};

/// Where a request says it comes from; `Origin` is told as `@`, `Sec-Fetch-Site` as it is.
const FOREIGN: [(&str, &[&str]); 32] = [
    ("cross_site", &["cross-site"]),
    ("same_site", &["same-site"]),
    ("site_empty", &[""]),
    ("site_unknown", &["same"]),
    ("site_in_capitals", &["SAME-ORIGIN"]),
    ("site_capitalised", &["Same-Origin"]),
    ("site_list", &["same-origin, cross-site"]),
    ("site_with_parameter", &["same-origin;q=1"]),
    ("site_twice", &["same-origin", "same-origin"]),
    ("site_twice_mixed", &["same-origin", "cross-site"]),
    ("site_none_twice", &["none", "none"]),
    (
        "cross_site_with_our_origin",
        &["cross-site", "@http://localhost:8000"],
    ),
    (
        "same_site_with_our_origin",
        &["same-site", "@http://localhost:8000"],
    ),
    ("origin_foreign", &["@https://evil.example"]),
    ("origin_null", &["@null"]),
    ("origin_null_in_capitals", &["@NULL"]),
    ("origin_empty", &["@"]),
    ("origin_as_suffix", &["@http://evil-localhost:8000"]),
    ("origin_as_prefix", &["@http://localhost:8000.evil.example"]),
    ("origin_of_subdomain", &["@http://app.localhost:8000"]),
    ("origin_with_other_port", &["@http://localhost:8001"]),
    ("origin_without_port", &["@http://localhost"]),
    ("origin_with_other_scheme", &["@https://localhost:8000"]),
    ("origin_with_user", &["@http://localhost:8000@evil.example"]),
    ("origin_with_slash", &["@http://localhost:8000/"]),
    ("origin_in_capitals", &["@HTTP://LOCALHOST:8000"]),
    ("origin_by_address", &["@http://127.0.0.1:8000"]),
    ("origin_with_dot_behind", &["@http://localhost.:8000"]),
    (
        "origin_list",
        &["@http://localhost:8000 https://evil.example"],
    ),
    (
        "origin_twice",
        &["@http://localhost:8000", "@http://localhost:8000"],
    ),
    (
        "origin_twice_mixed",
        &["@http://localhost:8000", "@https://evil.example"],
    ),
    (
        "trusted_as_prefix",
        &["@https://admin.example.evil.example"],
    ),
];

fn from_there(request: Request, headers: &[&str]) -> Request {
    headers
        .iter()
        .fold(request, |request, header| match header.strip_prefix('@') {
            Some(origin) => request.header("Origin", origin),
            None => request.header("Sec-Fetch-Site", header),
        })
}

/// What each unsafe route is asked for.
fn unsafe_routes(scene: &Scene<'_>) -> [(&'static str, Request); 8] {
    let victim = &scene.victim;
    let with = |method, path: &'static str| (path, victim.unsafe_request(method, path));
    let own = format!("sessions/{}/", scene.session);
    let new = json!({"current_password": accounts_testkit::PASSWORD, "new_password": "a wholly other passphrase"});
    let ((rename, r), (change, c), (leave, l), (prove, p)) = (
        with("PATCH", "user/"),
        with("POST", "user/password/"),
        with("DELETE", "user/"),
        with("POST", "auth/reauthenticate/"),
    );
    [
        (rename, r.json(&json!({ "first_name": "Eve" }))),
        (change, c.json(&new)),
        (leave, l.json(&proof())),
        (prove, p.json(&proof())),
        with("POST", "auth/logout/"),
        with("POST", "auth/logout/?everywhere=true"),
        with("DELETE", "sessions/"),
        ("sessions/<id>/", victim.unsafe_request("DELETE", &own)),
    ]
}

/// Routes without a session behind them: login CSRF, and a refresh at the wrong moment.
fn open_routes(scene: &Scene<'_>) -> [Request; 3] {
    let new = json!({"username": crate::scene::new_name(), "password": accounts_testkit::PASSWORD});
    [
        scene.login(&scene.name, accounts_testkit::PASSWORD),
        scene.refresh_with(scene.cookie("refresh_token")),
        scene.request("POST", "auth/register/").json(&new),
    ]
}

pub(crate) fn add_to(cases: &mut Cases) {
    for (name, headers) in FOREIGN {
        cases.add(
            "csrf",
            &format!("from_{name}"),
            Setup::Plain,
            move |scene| {
                let routes = unsafe_routes(scene).map(|(_, request)| request);
                for request in routes.into_iter().chain(open_routes(scene)) {
                    scene.refused_untouched(from_there(request, headers), 403, "csrf_failed");
                }
            },
        );
    }
    add!(
        cases,
        "csrf",
        Setup::Plain,
        [
            our_own_pages_may_act,
            no_route_acts_without_the_token,
            no_route_acts_with_the_cookie_alone,
            tokens_of_other_sessions,
            tokens_that_nobody_issued,
            a_token_in_another_place,
            a_token_twice,
            the_token_of_the_session_before,
            forms_do_not_reach_a_handler,
            forms_with_a_method_inside,
            method_override_headers,
            reading_methods_do_nothing,
            preflights_allow_nothing,
            reads_from_elsewhere_get_no_cors_headers,
        ]
    );
}

/// The control: what is refused above is refused for where it comes from.
fn our_own_pages_may_act(scene: &Scene<'_>) {
    for headers in [
        &["same-origin"][..],
        &["none"],
        &["@http://localhost:8000"],
        &["cross-site", &format!("@{TRUSTED}")],
        &[],
    ] {
        let rename = scene
            .victim
            .unsafe_request("PATCH", "user/")
            .json(&json!({}));
        from_there(rename, headers).send().expect(200);
    }
}

fn no_route_acts_without_the_token(scene: &Scene<'_>) {
    let mut bare = scene.victim.clone();
    bare.forget("csrftoken");
    for (path, method) in ROUTES {
        let request = bare.unsafe_request(method, path).json(&proof());
        scene.refused_untouched(request, 403, "csrf_failed");
    }
}

const ROUTES: [(&str, &str); 7] = [
    ("user/", "PATCH"),
    ("user/", "DELETE"),
    ("user/password/", "POST"),
    ("auth/reauthenticate/", "POST"),
    ("auth/logout/", "POST"),
    ("sessions/", "DELETE"),
    ("sessions/00000000-0000-4000-8000-000000000000/", "DELETE"),
];

/// What a page of another site can send: all cookies, no header.
fn no_route_acts_with_the_cookie_alone(scene: &Scene<'_>) {
    for (path, method) in ROUTES {
        let request = scene.victim.request(method, path).json(&proof());
        scene.refused_untouched(request, 403, "csrf_failed");
    }
}

/// A rename with the victim's access cookie and a CSRF pair.
fn rename(scene: &Scene<'_>, cookie: &str, header: &str) -> Request {
    let cookies = format!(
        "access_token={}; csrftoken={cookie}",
        scene.cookie("access_token")
    );
    let request = scene.request("PATCH", "user/").header("Cookie", cookies);
    request
        .header("X-CSRFToken", header)
        .json(&json!({ "first_name": "Eve" }))
}

fn tokens_of_other_sessions(scene: &Scene<'_>) {
    let (mallory, _) = scene.somebody();
    let mut nobody = scene.browser();
    nobody.get("csrf_token/").expect(200);
    let own = scene.cookie("csrftoken");
    for foreign in [
        mallory.cookie("csrftoken").unwrap(),
        nobody.cookie("csrftoken").unwrap(),
    ] {
        for (cookie, header) in [(foreign, foreign), (own, foreign), (foreign, own)] {
            scene.refused_untouched(rename(scene, cookie, header), 403, "csrf_failed");
        }
    }
}

fn tokens_that_nobody_issued(scene: &Scene<'_>) {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let own = scene.cookie("csrftoken");
    let signed = |key: &[u8], subject: &[u8]| {
        URL_SAFE_NO_PAD.encode([subject, &forge::mac(key, subject)].concat())
    };
    let sid = scene.session.as_bytes();
    for forged in [
        String::new(),
        "x".to_owned(),
        "null".to_owned(),
        own[1..].to_owned(),
        format!("{own}="),
        format!("{own}AAAA"),
        own.to_lowercase(),
        "A".repeat(64),
        signed(&forge::secret(), &[7; 16]),
        signed(&key_for(forge::ACCESS), &[7; 16]),
        signed(&key_for(CSRF), &[7; 16]),
        signed(&key_for(CSRF), &sid[..16]),
        scene.cookie("access_token").to_owned(),
    ] {
        scene.refused_untouched(rename(scene, &forged, &forged), 403, "csrf_failed");
    }
}

fn a_token_in_another_place(scene: &Scene<'_>) {
    let token = scene.cookie("csrftoken");
    let rename = |path: &str| scene.victim.request("PATCH", path);
    let body = json!({ "first_name": "Eve" });
    for request in [
        rename(&format!("user/?csrfmiddlewaretoken={token}")).json(&body),
        rename(&format!("user/?X-CSRFToken={token}")).json(&body),
        rename("user/").json(&json!({"first_name": "Eve", "csrfmiddlewaretoken": token})),
        rename("user/").header("X-CSRF-Token", token).json(&body),
        rename("user/").header("X-XSRF-TOKEN", token).json(&body),
        rename("user/").header("csrftoken", token).json(&body),
    ] {
        scene.refused_untouched(request, 403, "csrf_failed");
    }
}

fn a_token_twice(scene: &Scene<'_>) {
    let token = scene.cookie("csrftoken");
    for two in [token, "x"] {
        let request = rename(scene, token, token).header("X-CSRFToken", two);
        scene.refused_untouched(request, 403, "csrf_failed");
    }
}

fn the_token_of_the_session_before(scene: &Scene<'_>) {
    let (mut browser, name) = scene.somebody();
    let old = browser.cookie("csrftoken").unwrap().to_owned();
    browser.log_in(&name).expect(200);
    assert_ne!(browser.cookie("csrftoken"), Some(&*old));
    let request = browser
        .request("PATCH", "user/")
        .header("X-CSRFToken", &old);
    let request = request.header("Cookie", format!("csrftoken={old}"));
    scene.refused_untouched(request.json(&json!({})), 403, "csrf_failed");
}

/// What an HTML form can send without asking first.
fn forms_do_not_reach_a_handler(scene: &Scene<'_>) {
    let json = json!({"username": scene.name, "password": accounts_testkit::PASSWORD});
    let form = format!("username={}&password=x", scene.name);
    for (kind, body) in [
        ("text/plain", json.to_string()),
        ("application/x-www-form-urlencoded", form),
        ("application/x-www-form-urlencoded", json.to_string()),
        (
            "multipart/form-data; boundary=b",
            format!("--b\r\n\r\n{json}\r\n--b--"),
        ),
    ] {
        let request = scene
            .request("POST", "auth/login/")
            .header("Content-Type", kind);
        scene.refused_untouched(request.body(body), 415, "unsupported_media_type");
    }
}

fn forms_with_a_method_inside(scene: &Scene<'_>) {
    for (method, path) in [
        ("DELETE", "user/"),
        ("DELETE", "sessions/"),
        ("PATCH", "user/"),
    ] {
        let form = format!("_method={method}&password={}", accounts_testkit::PASSWORD);
        let request = scene.victim.request("POST", path);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = request.body(form).send();
        assert!([403, 405, 415].contains(&answer.status), "{answer:#?}");
        answer.expect_no_cookie();
    }
}

fn method_override_headers(scene: &Scene<'_>) {
    for header in [
        "X-HTTP-Method-Override",
        "X-HTTP-Method",
        "X-Method-Override",
    ] {
        let read = scene
            .victim
            .unsafe_request("GET", "user/")
            .header(header, "DELETE");
        read.json(&proof()).send().expect(200).expect_no_cookie();
        let post = scene
            .victim
            .unsafe_request("POST", "user/")
            .header(header, "DELETE");
        scene.refused_untouched(post.json(&proof()), 405, "method_not_allowed");
    }
}

/// A link or an image can make a browser read.
fn reading_methods_do_nothing(scene: &Scene<'_>) {
    let session = format!("sessions/{}/", scene.session);
    for path in [
        "auth/logout/",
        "auth/refresh_token/",
        "auth/login/",
        "user/password/",
        &session,
    ] {
        let path = format!("{path}?_method=DELETE");
        let request = scene.victim.unsafe_request("GET", &path);
        scene.refused_untouched(request, 405, "method_not_allowed");
        let answer = scene.victim.unsafe_request("HEAD", &path);
        let answer = scene.ground.client.exchange(&answer.bytes()).unwrap();
        assert!(
            answer.starts_with(b"HTTP/1.1 405 "),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
}

fn preflights_allow_nothing(scene: &Scene<'_>) {
    for origin in ["https://evil.example", "null", TRUSTED] {
        let request = scene
            .victim
            .request("OPTIONS", "user/")
            .header("Origin", origin);
        let request = request.header("Access-Control-Request-Method", "DELETE");
        let request = request.header("Access-Control-Request-Headers", "X-CSRFToken");
        scene.refused_untouched(request, 405, "method_not_allowed");
    }
}

fn reads_from_elsewhere_get_no_cors_headers(scene: &Scene<'_>) {
    for origin in ["https://evil.example", "null", "https://localhost:8000"] {
        for path in ["user/", "sessions/", "csrf_token/"] {
            let answer = scene
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
