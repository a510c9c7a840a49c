//! `POST auth/register/`.

use std::sync::Arc;

use rocket_accounts::domain::session::RevocationReason;
use serde_json::json;

use crate::support::{Call, PASSWORD, TestApp};

#[rocket::async_test]
async fn registration_creates_the_user_and_logs_in() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let body = json!({"username": "Ada", "password": PASSWORD, "first_name": "Ada \u{1f600}"});
    let answer = browser.post("auth/register/", &body).await;
    assert_eq!(answer.status.code, 201, "{answer:#?}");
    assert_eq!(answer.body["user"]["first_name"], "Ada \u{1f600}");
    assert_eq!(answer.body["user"]["last_name"], "");
    assert!(answer.body["access_expires_at"].is_string());
    assert_eq!(browser.cookies().len(), 3);
    assert_eq!(
        browser.get("user/").await.expect_ok().body["username"],
        "Ada"
    );
    app.browser().log_in("ada").await.expect_ok();
}

#[rocket::async_test]
async fn registration_replaces_the_session_of_the_same_browser() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let (old, before) = (browser.session_id().await, browser.copy());
    let elsewhere = app.browser();
    elsewhere.log_in("ada").await.expect_ok();

    let body = json!({"username": "grace", "password": PASSWORD});
    let answer = browser.post("auth/register/", &body).await;
    assert_eq!(answer.status.code, 201, "{answer:#?}");
    let user = browser.get("user/").await;
    assert_eq!(user.expect_ok().body["username"], "grace");

    let replaced = app.store().find_session(old).await.unwrap().unwrap();
    let reason = replaced.revocation.unwrap().reason;
    assert_eq!(reason, RevocationReason::Superseded);
    // Nothing is cleared: another tab has the cookies of the newer session by now.
    for answer in [before.get("user/").await, before.refresh().await] {
        answer.expect_refusal(401, "session_ended");
    }
    elsewhere.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn a_refused_registration_replaces_no_session() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let body = json!({"username": "ADA", "password": PASSWORD});
    let answer = browser.post("auth/register/", &body).await;
    answer.expect_refusal(409, "username_taken");
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn closed_registration_is_closed() {
    let app = TestApp::with("registration = \"closed\"").await;
    let body = json!({"username": "ada", "password": PASSWORD});
    let answer = app.browser().post("auth/register/", &body).await;
    answer.expect_refusal(403, "registration_closed");
    let call = Call::post("auth/register/").body("text/plain", "x");
    app.browser()
        .send(call)
        .await
        .expect_refusal(403, "registration_closed");
    assert!(app.accounts().find_user("ada").await.is_err());
}

#[rocket::async_test]
async fn names_are_taken_in_every_letter_case() {
    let app = TestApp::new().await;
    app.user("ada").await;
    for name in ["ada", "ADA", "aDa"] {
        let body = json!({"username": name, "password": PASSWORD});
        let answer = app.browser().post("auth/register/", &body).await;
        answer.expect_refusal(409, "username_taken");
    }
}

#[rocket::async_test]
async fn twenty_registrations_of_one_name_make_one_user() {
    let app = TestApp::new().await;
    let calls = (0..20).map(|n| {
        let browser = Arc::new(app.browser());
        let name = if n % 2 == 0 { "ada" } else { "ADA" };
        let body = json!({"username": name, "password": PASSWORD});
        tokio::spawn(async move { browser.post("auth/register/", &body).await.status.code })
    });
    let mut codes = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        codes.push(call.await.unwrap());
    }
    codes.sort_unstable();
    // The queue for hashing is bounded: a request that finds it full is to be sent again.
    codes.retain(|code| *code != 503);
    assert_eq!(codes[0], 201, "{codes:?}");
    assert!(codes[1..].iter().all(|code| *code == 409), "{codes:?}");
    assert_eq!(app.store().list_users(None, 10).await.unwrap().len(), 1);
}

#[rocket::async_test]
async fn every_field_is_judged_at_once_and_hints_help() {
    let app = TestApp::new().await;
    let body = json!({
        "username": "ada lovelace", "password": "password1234", "first_name": "x".repeat(151),
        "last_name": "a\nb", "is_staff": true, "<script>": 1,
    });
    let answer = app.browser().post("auth/register/", &body).await;
    answer.expect_refusal(400, "invalid_fields");
    let errors = answer.body["errors"].as_object().unwrap();
    let fields: Vec<_> = errors.keys().map(String::as_str).collect();
    let expected = [
        "(unknown)",
        "first_name",
        "is_staff",
        "last_name",
        "password",
        "username",
    ];
    assert_eq!(fields, expected);
    let hint = errors["password"][0].as_str().unwrap();
    assert!(
        hint.starts_with("Password is too easy to guess. "),
        "{hint}"
    );
    assert!(!answer.text.contains("password1234"));

    let body = json!({"username": null, "password": 5, "first_name": null});
    let answer = app.browser().post("auth/register/", &body).await;
    answer.expect_refusal(400, "invalid_fields");
    assert_eq!(answer.body["errors"].as_object().unwrap().len(), 3);
}

#[rocket::async_test]
async fn passwords_are_judged_by_length_and_strength_alone() {
    let app = TestApp::new().await;
    for (password, is_good) in [
        ("X7#kq!zPw2m", false),
        ("correct horse battery staple", true),
        ("ada.lovelace", false),
        (&format!("{} end", "kqzv wxyp jmtr ".repeat(16)), true),
        (&"kqzvwxypjmtr ".repeat(20), false),
    ] {
        let browser = app.browser();
        let body = json!({"username": "ada.lovelace", "password": password});
        let answer = browser.post("auth/register/", &body).await;
        let code = if is_good { 201 } else { 400 };
        assert_eq!(answer.status.code, code, "{password}: {answer:#?}");
        if let Ok(user) = app.accounts().find_user("ada.lovelace").await {
            app.accounts().delete_user(user.id).await.unwrap();
        }
    }
}

#[rocket::async_test]
async fn registration_from_another_site_is_refused() {
    let app = TestApp::new().await;
    let body = json!({"username": "ada", "password": PASSWORD});
    let call = Call::post("auth/register/")
        .json(&body)
        .header("Sec-Fetch-Site", "cross-site");
    app.browser()
        .send(call)
        .await
        .expect_refusal(403, "csrf_failed");
}
