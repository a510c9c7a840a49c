//! Cross-origin resource sharing, as pages of another origin of the same site meet it.

use rocket::http::Method;
use serde_json::json;

use crate::support::{Answer, Browser, Call, PASSWORD, TestApp};

const ADMIN: &str = "https://admin.app.example";

async fn app() -> TestApp {
    let settings = "public_origin = \"https://app.example\"\n\
                    cookie = { allow_insecure = false }\n\
                    cors.allowed_origins = [\"https://admin.app.example\"]";
    TestApp::with(settings).await
}

/// A call as a browser sends it for a page of another origin of the site.
fn from(origin: &str, call: Call) -> Call {
    call.header("Sec-Fetch-Site", "same-site")
        .header("Sec-Fetch-Mode", "cors")
        .header("Origin", origin)
}

fn preflight(origin: &str, path: &str, method: &str) -> Call {
    from(origin, Call::new(Method::Options, path))
        .header("Access-Control-Request-Method", method)
        .header("Access-Control-Request-Headers", "content-type,x-csrftoken")
}

fn cors_headers(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.iter().map(|(name, _)| name.as_str());
    let mut names: Vec<_> = names
        .filter(|name| name.starts_with("access-control-"))
        .collect();
    names.sort_unstable();
    names
}

#[track_caller]
fn expect_readable(answer: &Answer) -> &Answer {
    for (name, value) in [
        ("access-control-allow-origin", ADMIN),
        ("access-control-allow-credentials", "true"),
        (
            "access-control-expose-headers",
            "Allow, Retry-After, WWW-Authenticate",
        ),
        ("vary", "Cookie, Origin, Sec-Fetch-Site"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{answer:#?}");
    }
    assert_eq!(cors_headers(answer).len(), 3, "{answer:#?}");
    answer
}

#[track_caller]
fn expect_unreadable(answer: &Answer) {
    assert!(cors_headers(answer).is_empty(), "{answer:#?}");
}

/// A script of the page: it reads the token that it cannot see in the cookie.
async fn send(browser: &Browser, token: &str, call: Call) -> Answer {
    let call = from(ADMIN, call).header("X-CSRFToken", token);
    browser.send(call).await
}

async fn csrf_token(browser: &Browser) -> String {
    let answer = browser.send(from(ADMIN, Call::get("csrf_token/"))).await;
    expect_readable(&answer).expect_ok();
    answer.body["token"].as_str().unwrap().to_owned()
}

#[rocket::async_test]
async fn a_page_of_an_allowed_origin_has_a_session() {
    let app = app().await;
    app.user("ada").await;
    let browser = app.browser();
    let credentials = json!({"username": "ada", "password": PASSWORD});
    let login = Call::post("auth/login/").json(&credentials);
    let login = from(ADMIN, login).without_csrf_token();
    expect_readable(&browser.send(login).await).expect_ok();
    let refresh = from(ADMIN, Call::post("auth/refresh_token/")).without_csrf_token();
    expect_readable(&browser.send(refresh).await).expect_ok();

    let rename = || Call::new(Method::Patch, "user/").json(&json!({"first_name": "Augusta"}));
    let blind = from(ADMIN, rename()).without_csrf_token();
    let refused = browser.send(blind).await;
    expect_readable(&refused).expect_refusal(403, "csrf_failed");
    let token = csrf_token(&browser).await;
    let renamed = send(&browser, &token, rename()).await;
    assert_eq!(
        expect_readable(&renamed).expect_ok().body["first_name"],
        "Augusta"
    );

    let logged_out = send(&browser, &token, Call::post("auth/logout/")).await;
    expect_readable(&logged_out).expect_ok();
    assert!(browser.cookies().is_empty());
    let refused = browser.send(from(ADMIN, Call::get("user/"))).await;
    expect_readable(&refused).expect_refusal(401, "not_authenticated");
}

#[rocket::async_test]
async fn refusals_of_every_kind_can_be_read() {
    let settings = "cors.allowed_origins = [\"https://admin.app.example\"]\n\
                    throttle.login_per_minute = 1";
    let app = TestApp::with(settings).await;
    let browser = app.browser();
    for (call, status) in [
        (Call::post("auth/login/"), 415),
        (Call::post("auth/login/").body("application/json", "{"), 400),
        (Call::post("auth/refresh_token/"), 401),
        (Call::get("user/"), 401),
        (Call::get("nope"), 404),
        (Call::new(Method::Put, "user"), 405),
        (Call::new(Method::Options, "user"), 405),
    ] {
        let answer = browser.send(from(ADMIN, call)).await;
        assert_eq!(expect_readable(&answer).status.code, status);
    }
    let login = || Call::post("auth/login/").json(&json!({"username": "x", "password": "y"}));
    browser.send_from("192.0.2.1:1", login()).await;
    let throttled = browser.send_from("192.0.2.1:1", from(ADMIN, login()));
    expect_readable(&throttled.await).expect_throttled(60);
}

#[rocket::async_test]
async fn preflights_name_what_is_there_and_no_more() {
    let app = app().await;
    let browser = app.browser();
    for (path, method, methods) in [
        ("user/", "PATCH", Some("DELETE, GET, HEAD, PATCH")),
        ("user", "PUT", Some("DELETE, GET, HEAD, PATCH")),
        ("auth/login/", "POST", Some("POST")),
        ("sessions/x/", "DELETE", Some("DELETE")),
        ("nope", "GET", None),
        ("", "GET", None),
    ] {
        let answer = browser.send(preflight(ADMIN, path, method)).await;
        assert_eq!(answer.status.code, 204, "{path}: {answer:#?}");
        assert_eq!(answer.text, "");
        let vary = "Cookie, Origin, Sec-Fetch-Site, Access-Control-Request-Method, \
                    Access-Control-Request-Headers";
        for (name, value) in [
            ("access-control-allow-origin", Some(ADMIN)),
            ("access-control-allow-credentials", Some("true")),
            ("access-control-allow-methods", methods),
            (
                "access-control-allow-headers",
                Some("Content-Type, X-CSRFToken"),
            ),
            ("access-control-max-age", Some("600")),
            ("access-control-expose-headers", None),
            ("vary", Some(vary)),
            ("content-type", None),
            ("allow", None),
            ("set-cookie", None),
            ("x-content-type-options", Some("nosniff")),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {answer:#?}");
        }
    }
}

#[rocket::async_test]
async fn strangers_get_no_permission() {
    let app = app().await;
    let browser = app.signed_in("ada").await;
    for origin in [
        "https://evil.example",
        "https://admin.app.example.evil.example",
        "https://evil-admin.app.example",
        "https://x.admin.app.example",
        "https://app.example",
        "https://admin.app.example:8443",
        "http://admin.app.example",
        "https://ADMIN.app.example",
        "https://admin.app.example/",
        "https://admin.app.example,https://evil.example",
        "null",
        "*",
        "",
    ] {
        let answer = browser.send(preflight(origin, "user/", "PATCH")).await;
        answer.expect_refusal(405, "method_not_allowed");
        expect_unreadable(&answer);
        expect_unreadable(&browser.send(from(origin, Call::get("user/"))).await);
        let forged = from(origin, Call::post("auth/logout/"));
        let refused = browser.send(forged).await;
        refused.expect_refusal(403, "csrf_failed");
        expect_unreadable(&refused);
    }
    let twice = from(ADMIN, Call::get("user/")).header("Origin", "https://evil.example");
    expect_unreadable(&browser.send(twice).await);
}

#[rocket::async_test]
async fn without_a_list_there_is_no_such_header() {
    // Who may send is not thereby allowed to read.
    let app = TestApp::with("csrf.trusted_origins = [\"https://admin.app.example\"]").await;
    let browser = app.signed_in("ada").await;
    for call in [
        from(ADMIN, Call::get("user/")),
        from(ADMIN, Call::post("auth/refresh_token/")),
        preflight(ADMIN, "user/", "PATCH"),
        from(ADMIN, Call::get("nope")),
    ] {
        let answer = browser.send(call).await;
        expect_unreadable(&answer);
        assert_ne!(answer.status.code, 204);
    }
}

#[rocket::get("/hello")]
fn hello() -> &'static str {
    "hello"
}

#[rocket::async_test]
async fn a_hosts_own_routes_are_for_the_host() {
    let settings = "cors.allowed_origins = [\"https://admin.app.example\"]";
    let mount = |rocket: rocket::Rocket<rocket::Build>| {
        let catchers = rocket_accounts::catchers();
        let rocket = rocket.register("/host", catchers);
        rocket.mount("/host", rocket::routes![hello])
    };
    let app = TestApp::host(settings, mount).await;
    for path in ["/host/hello", "/host/nope"] {
        let browser = app.browser();
        let answer = browser.send(from(ADMIN, Call::get("").at(path))).await;
        expect_unreadable(&answer);
        let asked = preflight(ADMIN, "", "GET").at(path);
        expect_unreadable(&browser.send(asked).await);
    }
}
