//! `POST user/password/`.

use rocket_accounts::domain::session::RevocationReason;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Call, PASSWORD, TestApp};

const NEW: &str = "a much better pass phrase";
const ALL: [&str; 3] = ["access_token", "csrftoken", "refresh_token"];

async fn change(browser: &Browser, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    browser.post("user/password/", &body).await
}

#[rocket::async_test]
async fn a_change_ends_all_other_sessions_and_goes_on_in_a_new_one() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let other = app.browser();
    other.log_in("ada").await.expect_ok();
    let thief = browser.copy();
    let csrf = browser.cookie("csrftoken");

    let answer = change(&browser, PASSWORD, NEW).await;
    answer.expect_ok();
    assert_eq!(answer.body["user"]["username"], "ada");
    assert_ne!(browser.cookie("csrftoken"), csrf);
    browser.get("user/").await.expect_ok();
    browser.refresh().await.expect_ok();
    assert_eq!(
        browser
            .get("sessions/")
            .await
            .body
            .as_array()
            .unwrap()
            .len(),
        1
    );

    other
        .get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    // The old tokens of this very session are dead too, refresh token and all.
    thief
        .get("user/")
        .await
        .expect_refusal(401, "session_ended");
    thief.refresh().await.expect_refusal(401, "session_ended");
    browser.get("user/").await.expect_ok();

    let old = app.browser().log_in("ada").await;
    old.expect_refusal(401, "invalid_credentials");
    app.browser().log_in_with("ada", NEW).await.expect_ok();
}

#[rocket::async_test]
async fn the_current_password_is_needed() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let answer = change(&browser, "wrong", NEW).await;
    answer.expect_refusal(400, "invalid_fields");
    assert!(
        answer.body["errors"]["current_password"].is_array(),
        "{answer:#?}"
    );
    app.browser().log_in("ada").await.expect_ok();
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn the_new_password_is_judged() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada.lovelace.1815").await;
    for bad in [
        "short",
        "password1234",
        "ada.lovelace.1815",
        &"x".repeat(257),
    ] {
        let answer = change(&browser, PASSWORD, bad).await;
        answer.expect_refusal(400, "invalid_fields");
        let errors = answer.body["errors"].as_object().unwrap();
        assert_eq!(errors.keys().collect::<Vec<_>>(), ["new_password"]);
    }
    let answer = browser
        .post("user/password/", &json!({"new_password": "short", "x": 1}))
        .await;
    let errors = answer.body["errors"].as_object().unwrap();
    assert_eq!(errors.len(), 3, "{answer:#?}");
    app.browser().log_in("ada.lovelace.1815").await.expect_ok();
}

#[rocket::async_test]
async fn it_needs_a_session_and_its_csrf_token() {
    let app = TestApp::new().await;
    let body: Value = json!({"current_password": PASSWORD, "new_password": NEW});
    let anonymous = app.browser();
    anonymous
        .post("user/password/", &body)
        .await
        .expect_refusal(401, "not_authenticated");
    let browser = app.signed_in("ada").await;
    let call = Call::post("user/password/")
        .json(&body)
        .without_csrf_token();
    browser.send(call).await.expect_refusal(403, "csrf_failed");
    app.browser().log_in("ada").await.expect_ok();
}

#[rocket::async_test]
async fn the_reason_is_kept() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let other = app.browser();
    other.log_in("ada").await.expect_ok();
    let ids = [browser.session_id().await, other.session_id().await];
    change(&browser, PASSWORD, NEW).await.expect_ok();
    let mut reasons = Vec::new();
    for id in ids {
        let session = app.store().find_session(id).await.unwrap().unwrap();
        reasons.push(session.revocation.unwrap().reason);
    }
    let expected = [
        RevocationReason::Superseded,
        RevocationReason::PasswordChanged,
    ];
    assert_eq!(reasons, expected);
}
