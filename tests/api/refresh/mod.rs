//! `POST auth/refresh_token/`.

mod binding;
mod rotation;

use chrono::TimeDelta;

use crate::support::{Call, TestApp};

const ALL: [&str; 3] = ["access_token", "csrftoken", "refresh_token"];

#[rocket::async_test]
async fn refresh_rotates_and_renews() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let before = (
        browser.cookie("access_token"),
        browser.cookie("refresh_token"),
    );
    let csrf = browser.cookie("csrftoken");
    app.pass(TimeDelta::minutes(20));
    assert_eq!(browser.cookie("access_token"), None, "outlived its token");
    browser
        .get("user/")
        .await
        .expect_refusal(401, "not_authenticated");

    let answer = browser.refresh().await;
    answer.expect_ok();
    assert_eq!(answer.body["user"]["username"], "ada");
    let after = (
        browser.cookie("access_token"),
        browser.cookie("refresh_token"),
    );
    assert!(before.0 != after.0 && before.1 != after.1);
    assert_eq!(
        browser.cookie("csrftoken"),
        csrf,
        "the token is the session's"
    );
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn sessions_end_by_idleness_and_by_age() {
    let app = TestApp::new().await;
    let idle = app.signed_in("ada").await;
    app.user("bob").await;
    let busy = app.browser();
    busy.log_in("bob").await.expect_ok();
    for _ in 0..3 {
        app.pass(TimeDelta::days(29));
        busy.refresh().await.expect_ok();
    }
    // The last refresh token and its cookie end with the session, on day 90.
    let ends = busy
        .cookies()
        .into_iter()
        .filter(|c| c.name == "refresh_token")
        .count();
    assert_eq!((ends, idle.cookies().len()), (1, 0));
    let kept = busy.cookie("refresh_token").unwrap();
    let csrf = busy.cookie("csrftoken").unwrap();
    app.pass(TimeDelta::days(3));
    assert_eq!(busy.cookie("refresh_token"), None);
    busy.plant("refresh_token", &kept, "/accounts/auth/");
    busy.plant("csrftoken", &csrf, "/");
    let answer = busy.refresh().await;
    answer.expect_refusal_clearing(401, "session_ended", &ALL);
}

#[rocket::async_test]
async fn the_user_is_asked_for_too() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let ada = app.accounts().find_user("ada").await.unwrap();
    let thief = browser.copy();
    app.accounts().set_active(ada.id, false).await.unwrap();
    browser
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    // Enabling does not bring sessions back.
    app.accounts().set_active(ada.id, true).await.unwrap();
    thief
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);

    browser.log_in("ada").await.expect_ok();
    app.accounts().delete_user(ada.id).await.unwrap();
    browser
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
}

#[rocket::async_test]
async fn a_refresh_from_another_site_is_refused() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let call = Call::post("auth/refresh_token/").header("Origin", "https://evil.example");
    browser.send(call).await.expect_refusal(403, "csrf_failed");
    browser.refresh().await.expect_ok();
}
