//! `PATCH user/` and `DELETE user/`.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Call, PASSWORD, TestApp};

const ALL: [&str; 3] = ["access_token", "csrftoken", "refresh_token"];

async fn patch(browser: &Browser, body: &Value) -> Answer {
    browser
        .send(Call::new(Method::Patch, "user/").json(body))
        .await
}

async fn delete(browser: &Browser, body: &Value) -> Answer {
    browser
        .send(Call::new(Method::Delete, "user/").json(body))
        .await
}

#[rocket::async_test]
async fn names_are_changed_one_by_one() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let answer = patch(&browser, &json!({"first_name": "Augusta \u{c9}"})).await;
    assert_eq!(answer.expect_ok().body["first_name"], "Augusta \u{c9}");
    assert_eq!(answer.body["last_name"], "Lovelace");
    let answer = patch(&browser, &json!({"last_name": ""})).await;
    assert_eq!(answer.expect_ok().body["last_name"], "");
    assert_eq!(browser.get("user/").await.body, answer.body);
    patch(&browser, &json!({})).await.expect_ok();
}

#[rocket::async_test]
async fn nothing_else_can_be_changed() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    for body in [
        json!({"username": "root"}),
        json!({"first_name": "x", "is_active": false}),
        json!({"first_name": "a\u{0}"}),
        json!({"first_name": null}),
        json!({"last_name": "x".repeat(151)}),
    ] {
        patch(&browser, &body)
            .await
            .expect_refusal(400, "invalid_fields");
    }
    let user = browser.get("user/").await;
    assert_eq!(
        (&user.body["username"], &user.body["first_name"]),
        (&json!("ada"), &json!("Ada"))
    );
}

#[rocket::async_test]
async fn leaving_needs_the_password_and_takes_the_sessions_along() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let other = app.browser();
    other.log_in("ada").await.expect_ok();
    for bad in [
        json!({}),
        json!({"password": "wrong"}),
        json!({"password": ""}),
    ] {
        delete(&browser, &bad)
            .await
            .expect_refusal(400, "invalid_fields");
    }
    browser.get("user/").await.expect_ok();
    let answer = delete(&browser, &json!({"password": PASSWORD})).await;
    assert_eq!(
        (answer.status.code, answer.cleared()),
        (204, ALL.to_vec()),
        "{answer:#?}"
    );
    other
        .get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    app.browser()
        .log_in("ada")
        .await
        .expect_refusal(401, "invalid_credentials");
    // The name is free again, and belongs to another user now.
    let id = app.user("ada").await.id;
    assert_ne!(json!(id), answer.body["id"]);
}

#[rocket::async_test]
async fn both_need_a_session_and_its_csrf_token() {
    let app = TestApp::new().await;
    let anonymous = app.browser();
    patch(&anonymous, &json!({}))
        .await
        .expect_refusal(401, "not_authenticated");
    delete(&anonymous, &json!({}))
        .await
        .expect_refusal(401, "not_authenticated");
    let browser = app.signed_in("ada").await;
    for method in [Method::Patch, Method::Delete] {
        let body = json!({"password": PASSWORD});
        let call = Call::new(method, "user/").json(&body).without_csrf_token();
        browser.send(call).await.expect_refusal(403, "csrf_failed");
    }
    browser.get("user/").await.expect_ok();
}
