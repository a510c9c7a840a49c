//! What a login does with the sessions that the browser and the user have already.

use chrono::TimeDelta;

use crate::support::TestApp;

#[rocket::async_test]
async fn login_works_whatever_the_cookies_are() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let browser = app.browser();
    for value in ["garbage", "a.b.c", "\"quoted\"", "%00", "="] {
        browser.plant("access_token", value, "/");
        browser.plant("access_token", value, "/accounts/");
        browser.plant("refresh_token", value, "/");
        browser.plant("csrftoken", value, "/accounts");
        browser.log_in("ada").await.expect_ok();
    }
}

#[rocket::async_test]
async fn login_replaces_the_session_of_the_same_browser() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let before = browser.copy();
    let other = app.browser();
    other.log_in("ada").await.expect_ok();

    let first = browser.cookie("access_token");
    let csrf = browser.cookie("csrftoken");
    browser.log_in("ada").await.expect_ok();
    assert_ne!(browser.cookie("access_token"), first);
    assert_ne!(
        browser.cookie("csrftoken"),
        csrf,
        "the CSRF token changes with the session"
    );

    browser.get("user/").await.expect_ok();
    other.get("user/").await.expect_ok();
    // Nothing is cleared: the browser that sends the old cookie holds newer ones by now.
    before
        .get("user/")
        .await
        .expect_refusal(401, "session_ended");
}

#[rocket::async_test]
async fn a_planted_session_is_not_adopted() {
    let app = TestApp::new().await;
    let mallory = app.signed_in("mallory").await;
    app.user("ada").await;
    let victim = app.browser();
    for name in ["access_token", "refresh_token"] {
        victim.plant(name, &mallory.cookie(name).unwrap(), "/");
    }
    let answer = victim.log_in("ada").await;
    assert_eq!(answer.expect_ok().body["user"]["username"], "ada");
    let sid = victim.get("user/").await;
    assert_eq!(sid.body["username"], "ada");
}

#[rocket::async_test]
async fn the_oldest_used_session_makes_room() {
    let app = TestApp::with("session = { cap = 2 }").await;
    app.user("ada").await;
    let (one, two, three) = (app.browser(), app.browser(), app.browser());
    one.log_in("ada").await.expect_ok();
    app.pass(TimeDelta::minutes(1));
    two.log_in("ada").await.expect_ok();
    app.pass(TimeDelta::minutes(1));
    one.refresh().await.expect_ok();
    app.pass(TimeDelta::minutes(1));
    three.log_in("ada").await.expect_ok();
    one.get("user/").await.expect_ok();
    let all = ["access_token", "csrftoken", "refresh_token"];
    two.get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &all);
}
