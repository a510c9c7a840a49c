//! `GET csrf_token/`.

use chrono::TimeDelta;

use crate::support::{Call, TestApp};

#[rocket::async_test]
async fn a_stranger_gets_a_token_and_no_cookie() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let answer = browser.get("csrf_token/").await;
    let token = answer.expect_ok().body["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(answer.all("set-cookie").count(), 0);
    let again = browser.get("csrf_token/").await;
    assert_ne!(again.expect_ok().body["token"], token.as_str());
}

/// The answer without a session was on its way while the login was answered: whichever comes last, the
/// cookie that binds the session stays, and the session can be refreshed.
#[rocket::async_test]
async fn a_token_for_nobody_does_not_replace_that_of_a_session() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let browser = app.browser();
    let late = browser.send_only(Call::get("csrf_token/")).await;
    browser.log_in("ada").await.expect_ok();
    let bound = browser.cookie("csrftoken");
    browser.take(&late);
    assert_eq!(browser.cookie("csrftoken"), bound);
    app.pass(TimeDelta::minutes(20));
    // The access cookie has run out; the refresh cookie is not sent here.
    let answer = browser.get("csrf_token/").await;
    assert_eq!(answer.expect_ok().body["token"].as_str(), bound.as_deref());
    assert_eq!(browser.cookie("csrftoken"), bound);
    browser.refresh().await.expect_ok();
}

#[rocket::async_test]
async fn a_sessions_cookie_is_set_where_it_is_missing_or_foreign() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let own = browser.cookie("csrftoken");
    let answer = browser.get("csrf_token/").await;
    assert_eq!(
        answer.expect_ok().all("set-cookie").count(),
        0,
        "it holds it already"
    );
    browser.forget("csrftoken");
    let answer = browser.get("csrf_token/").await;
    assert_eq!(answer.expect_ok().all("set-cookie").count(), 1);
    assert_eq!(browser.cookie("csrftoken"), own);
    browser.forget("csrftoken");
    browser.plant("csrftoken", "made-up-by-a-sibling", "/");
    browser.get("csrf_token/").await.expect_ok();
    assert_eq!(browser.cookie("csrftoken"), own);
}

#[rocket::async_test]
async fn a_session_has_one_token() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let token = browser.cookie("csrftoken").unwrap();
    browser.forget("csrftoken");
    assert_eq!(
        browser.get("csrf_token/").await.body["token"],
        token.as_str()
    );
    browser.refresh().await.expect_ok();
    assert_eq!(browser.cookie("csrftoken").unwrap(), token);
    // While the access cookie has run out, the token is kept for the refresh cookie's session.
    app.pass(TimeDelta::minutes(20));
    assert_eq!(
        browser.get("csrf_token/").await.body["token"],
        token.as_str()
    );
}
