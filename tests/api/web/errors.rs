//! Every refusal below the base path is a problem document, and no bad input is a 5xx.

use rocket::http::Method;
use serde_json::json;

use crate::support::{Call, TestApp};

#[rocket::async_test]
async fn unknown_paths_and_wrong_methods() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for path in [
        "",
        "nope",
        "auth/",
        "user/x",
        "auth/login/x",
        "%2e%2e/user",
        "user%2f",
    ] {
        browser.get(path).await.expect_refusal(404, "not_found");
    }
    for (method, path, allow) in [
        (Method::Get, "auth/login/", "POST"),
        (Method::Get, "auth/refresh_token", "POST"),
        (Method::Delete, "auth/logout/", "POST"),
        (Method::Post, "csrf_token/", "GET, HEAD"),
        (Method::Put, "user", "DELETE, GET, HEAD, PATCH"),
        (Method::Options, "user", "DELETE, GET, HEAD, PATCH"),
        (Method::Trace, "user", "DELETE, GET, HEAD, PATCH"),
    ] {
        let answer = browser.send(Call::new(method, path)).await;
        answer.expect_refusal(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
}

#[rocket::async_test]
async fn bodies_must_be_json() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let good = json!({"username": "ada", "password": crate::support::PASSWORD}).to_string();
    let browser = app.browser();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/xml",
        "nonsense",
        "",
    ] {
        let call = Call::post("auth/login/").body(content_type, good.clone());
        browser
            .send(call)
            .await
            .expect_refusal(415, "unsupported_media_type");
    }
    browser
        .send(Call::post("auth/login/"))
        .await
        .expect_refusal(415, "unsupported_media_type");
    let call = Call::post("auth/login/").body("application/json; charset=UTF-8", good);
    browser.send(call).await.expect_ok();
}

#[rocket::async_test]
async fn malformed_bodies() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let deep = format!("{{\"username\":{}", "[".repeat(8000));
    for body in [
        "",
        "{",
        "null",
        "[]",
        "\"x\"",
        "5",
        "{\"username\":\"a\"",
        "{\"username\":\"ada\",\"username\":\"bob\",\"password\":\"x\"}",
        "{\"username\":\"\\ud800\",\"password\":\"x\"}",
        &deep,
    ] {
        let call = Call::post("auth/login/").body("application/json", body);
        browser
            .send(call)
            .await
            .expect_refusal(400, "malformed_body");
    }
    let call = Call::post("auth/login/").body("application/json", b"{\"username\":\"\xff\"}");
    browser
        .send(call)
        .await
        .expect_refusal(400, "malformed_body");
}

#[rocket::async_test]
async fn oversize_bodies() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for body in [
        "[".repeat(100_000),
        format!("{{\"username\":\"{}\"}}", "a".repeat(8192)),
    ] {
        let call = Call::post("auth/login/").body("application/json", body);
        browser
            .send(call)
            .await
            .expect_refusal(413, "body_too_large");
    }
    // Exactly the limit is read.
    let padding = " ".repeat(8192 - 2);
    let call = Call::post("auth/login/").body("application/json", format!("{{}}{padding}"));
    browser
        .send(call)
        .await
        .expect_refusal(400, "invalid_fields");
}

#[rocket::async_test]
async fn a_forms_method_override_has_no_effect() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let form = "application/x-www-form-urlencoded";
    let call = Call::post("auth/logout/").body(form, "_method=GET");
    browser
        .send(call)
        .await
        .expect_refusal(405, "method_not_allowed");
    let call = Call::post("csrf_token/").body(form, "_method=DELETE");
    browser
        .send(call)
        .await
        .expect_refusal(405, "method_not_allowed");
    // Where there is a route for the other method, it is not run.
    let id = browser.session_id().await.0;
    for (path, method) in [
        (format!("sessions/{id}/"), "DELETE"),
        ("sessions/".to_owned(), "DELETE"),
        ("user/".to_owned(), "PATCH"),
        ("user/".to_owned(), "GET"),
    ] {
        let call = Call::post(&path).body(form, format!("_method={method}"));
        browser
            .send(call)
            .await
            .expect_refusal(415, "unsupported_media_type");
    }
    browser.get("user/").await.expect_ok();
    assert_eq!(browser.session_id().await.0, id);
}

#[rocket::async_test]
async fn a_form_is_refused_before_any_handler() {
    let host = |rocket: rocket::Rocket<rocket::Build>| {
        rocket.mount("/host", rocket::routes![hosts_delete])
    };
    let app = TestApp::host("openapi = true\ntoken = { algorithm = \"EdDSA\" }", host).await;
    let browser = app.signed_in("ada").await;
    for path in [
        "user/",
        "openapi.json",
        ".well-known/jwks.json",
        "health/live",
    ] {
        for kind in [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
        ] {
            let call = Call::get(path).body(kind, "a=b");
            let answer = browser.send(call).await;
            answer.expect_refusal(415, "unsupported_media_type");
        }
    }
    // One from elsewhere is what it is.
    let call = Call::post("auth/logout/").header("Sec-Fetch-Site", "cross-site");
    let call = call.body("application/x-www-form-urlencoded", "a=b");
    browser.send(call).await.expect_refusal(403, "csrf_failed");
    // The type without a body is a habit of clients and proxies.
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let call = Call::get("auth/verify/").header(form.0, form.1);
    browser.send(call).await.expect_ok();
    let call = Call::post("auth/logout/").header(form.0, form.1);
    browser.send(call).await.expect_ok();
    // Outside the base path it is the host's business.
    let call = Call::post("").at("/host").body(form.1, "_method=DELETE");
    assert_eq!(browser.send(call).await.text, "deleted");
}

#[rocket::delete("/")]
fn hosts_delete() -> &'static str {
    "deleted"
}

#[rocket::async_test]
async fn refusals_echo_nothing() {
    let app = TestApp::new().await;
    let body = json!({"username": {"canary": 1}, "password": ["canary"]});
    let answer = app.browser().post("auth/login/?canary=1", &body).await;
    answer.expect_refusal(400, "invalid_fields");
    assert!(!answer.text.contains("canary"));
    let answer = app.browser().log_in_with("canary", "canary-password").await;
    assert!(!answer.text.contains("canary"));
}

#[rocket::async_test]
async fn a_head_request_has_the_headers_of_get() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let anonymous = app.browser();
    for (browser, path, status) in [
        (&browser, "user/", 200),
        (&browser, "csrf_token/", 200),
        (&browser, "nope/", 404),
        (&anonymous, "sessions/", 401),
    ] {
        let get = browser.send(Call::get(path)).await;
        let head = browser.send(Call::new(Method::Head, path)).await;
        assert_eq!(get.status.code, status, "{get:#?}");
        assert!(!get.text.is_empty(), "{get:#?}");
        assert_eq!(
            (head.status, head.text.as_str()),
            (get.status, ""),
            "{path}"
        );
        assert!(get.headers.len() > 8, "{get:#?}");
        assert_eq!(head.headers, get.headers, "{path}");
    }
}
