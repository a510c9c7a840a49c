//! Which refresh token counts: that of the session which the CSRF cookie was made for.

use chrono::TimeDelta;

use crate::support::{Call, TestApp};

const ALL: [&str; 3] = ["access_token", "csrftoken", "refresh_token"];

#[rocket::async_test]
async fn refresh_needs_its_cookie_and_that_of_the_csrf_token() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    browser.forget("access_token");
    let call = Call::post("auth/refresh_token/").without_csrf_token();
    browser.send(call).await.expect_ok();
    browser.refresh().await.expect_ok();

    app.browser()
        .refresh()
        .await
        .expect_refusal(401, "refresh_token_missing");
    browser.forget("refresh_token");
    let answer = browser.refresh().await;
    answer.expect_refusal(401, "refresh_token_missing");
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn a_bad_refresh_token_is_refused_and_clears_nothing() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let access = browser.cookie("access_token").unwrap();
    browser.tamper_with("refresh_token");
    browser
        .refresh()
        .await
        .expect_refusal(401, "token_not_valid");
    // An access token names the session too, and is no refresh token.
    for (bad, code) in [
        (access.as_str(), "token_not_valid"),
        ("garbage", "refresh_token_missing"),
        ("a.b.c", "refresh_token_missing"),
    ] {
        browser.forget("refresh_token");
        browser.plant("refresh_token", bad, "/accounts/auth/");
        browser.refresh().await.expect_refusal(401, code);
    }
    browser.get("user/").await.expect_ok();
}

/// The cookies of the session that is over go, those of another one stay.
#[rocket::async_test]
async fn a_session_that_ended_clears_what_is_its_own() {
    let app = TestApp::new().await;
    let ended = app.signed_in("ada").await;
    ended.copy().log_out().await.expect_ok();
    let bob = app.signed_in("bob").await;

    // Refresh and CSRF cookie of the one, access cookie of the other.
    let mixed = ended.copy();
    mixed.forget("access_token");
    mixed.plant("access_token", &bob.cookie("access_token").unwrap(), "/");
    let answer = mixed.refresh().await;
    answer.expect_refusal_clearing(401, "session_ended", &["csrftoken", "refresh_token"]);
    mixed.get("user/").await.expect_ok();

    // The other way around.
    let mixed = bob.copy();
    mixed.forget("access_token");
    mixed.plant("access_token", &ended.cookie("access_token").unwrap(), "/");
    let answer = mixed.get("user/").await;
    answer.expect_refusal_clearing(401, "session_ended", &["access_token"]);
    mixed.refresh().await.expect_ok();

    ended
        .get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
}

/// Values that claim the browser's own session are verified, eight at most.
#[rocket::async_test]
async fn of_many_tokens_of_ones_session_eight_are_looked_at() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let token = browser.cookie("refresh_token").unwrap();
    let (unsigned, end) = token.split_at(token.len() - 2);
    // Whatever the signature ends with, it does not end so.
    let mark = if end.starts_with('_') { '-' } else { '_' };
    for (number, code) in [(7, None), (8, Some("token_not_valid"))] {
        let copy = browser.copy();
        for bad in 0..number {
            let bad = format!("{unsigned}{mark}{bad}");
            copy.plant("refresh_token", &bad, "/accounts/");
        }
        let answer = copy.refresh().await;
        match code {
            None => answer.expect_ok(),
            Some(code) => answer.expect_refusal(401, code),
        };
    }
}

/// A change of `cookie.domain` leaves older tokens of the session in the jar. They are no sign of a
/// thief, wherever they stand.
#[rocket::async_test]
async fn of_several_tokens_of_ones_session_the_newest_counts() {
    for path in ["/", "/accounts/auth/refresh_token/"] {
        let app = TestApp::new().await;
        let browser = app.signed_in("ada").await;
        let spent = browser.cookie("refresh_token").unwrap();
        browser.refresh().await.expect_ok();
        browser.get("user/").await.expect_ok();
        app.pass(TimeDelta::minutes(20));
        let newest = browser.cookie("refresh_token").unwrap();
        let mixed = browser.copy();
        mixed.forget("refresh_token");
        for token in [&spent, &newest, &spent] {
            mixed.plant("refresh_token", token, path);
        }
        mixed.refresh().await.expect_ok();
        mixed.get("user/").await.expect_ok();
    }
}
