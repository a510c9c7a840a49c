//! `POST auth/logout/`.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::{Answer, Browser, Call, TestApp};

const ALL: [&str; 3] = ["access_token", "csrftoken", "refresh_token"];

#[track_caller]
fn expect_logged_out(answer: &Answer) {
    answer.expect_ok();
    assert_eq!(answer.body, json!({}));
    assert_eq!(answer.cleared(), ALL, "{answer:#?}");
}

async fn expect_dead(browser: &Browser) {
    let answer = browser.get("user/").await;
    answer.expect_refusal_clearing(401, "session_ended", &ALL);
}

#[rocket::async_test]
async fn the_next_request_with_the_old_token_is_refused() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let copy = browser.copy();
    expect_logged_out(&browser.log_out().await);
    assert!(browser.cookies().is_empty());
    expect_dead(&copy).await;
}

#[rocket::async_test]
async fn logout_works_in_every_state() {
    let app = TestApp::new().await;
    expect_logged_out(&app.browser().log_out().await);

    let browser = app.signed_in("ada").await;
    let copy = browser.copy();
    browser.forget("refresh_token");
    expect_logged_out(&browser.log_out().await);
    expect_logged_out(&browser.log_out().await);
    expect_dead(&copy).await;

    for value in ["garbage", "a.b.c", "\"", "%"] {
        let browser = app.browser();
        for name in ALL {
            browser.plant(name, value, "/");
            browser.plant(name, value, "/accounts/auth/");
        }
        expect_logged_out(&browser.log_out().await);
    }
}

#[rocket::async_test]
async fn an_expired_access_token_is_enough() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let access = browser.cookie("access_token").unwrap();
    browser.forget("refresh_token");
    app.pass(TimeDelta::hours(2));
    browser.plant("access_token", &access, "/");
    expect_logged_out(&browser.log_out().await);
    let ada = app.accounts().find_user("ada").await.unwrap();
    let live = app
        .store()
        .list_sessions(ada.id, app.accounts().now())
        .await
        .unwrap();
    assert!(live.is_empty());
}

#[rocket::async_test]
async fn the_refresh_cookie_is_enough_even_after_a_visit_to_csrf_token() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let copy = browser.copy();
    app.pass(TimeDelta::hours(2));
    browser.get("csrf_token/").await.expect_ok();
    expect_logged_out(&browser.log_out().await);
    let answer = copy.refresh().await;
    answer.expect_refusal_clearing(401, "session_ended", &ALL);
}

#[rocket::async_test]
async fn a_session_is_ended_only_with_its_csrf_token() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let bare = Call::post("auth/logout/").without_csrf_token();
    browser
        .send(bare.clone())
        .await
        .expect_refusal(403, "csrf_failed");
    let cross = Call::post("auth/logout/").header("Sec-Fetch-Site", "cross-site");
    browser.send(cross).await.expect_refusal(403, "csrf_failed");
    let other = app.browser().get("csrf_token/").await;
    let planted = other.expect_ok().body["token"].as_str().unwrap().to_owned();
    browser.plant("csrftoken", &planted, "/accounts/");
    let forged = bare.header("X-CSRFToken", planted);
    browser
        .send(forged)
        .await
        .expect_refusal(403, "csrf_failed");
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn a_program_logs_out_by_its_bearer_token() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let bearer = format!("Bearer {}", browser.cookie("access_token").unwrap());
    let program = app.browser();
    let call = Call::post("auth/logout/").header("Authorization", bearer);
    expect_logged_out(&program.send(call).await);
    expect_dead(&browser).await;
}

#[rocket::async_test]
async fn other_browsers_stay_signed_in() {
    let app = TestApp::new().await;
    let one = app.signed_in("ada").await;
    let two = app.browser();
    two.log_in("ada").await.expect_ok();
    one.log_out().await.expect_ok();
    two.get("user/").await.expect_ok();
}

/// It would live on behind an empty jar: a refresh token of ours beside the CSRF cookie of another
/// session, or beside none, is refused, and the cookies stay. What is no token of ours is no fault.
#[rocket::async_test]
async fn a_refresh_token_of_another_session_is_not_logged_out() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada").await;
    let mallory = app.signed_in("mallory").await;
    let planted = mallory.cookie("refresh_token").unwrap();
    for name in ["access_token", "refresh_token"] {
        ada.forget(name);
    }
    ada.plant("refresh_token", &planted, "/accounts/auth/");
    ada.log_out().await.expect_refusal(403, "csrf_failed");
    ada.forget("csrftoken");
    ada.log_out().await.expect_refusal(403, "csrf_failed");
    ada.forget("refresh_token");
    ada.plant("refresh_token", "a.b.c", "/accounts/auth/");
    expect_logged_out(&ada.log_out().await);
    mallory.refresh().await.expect_ok();
}
