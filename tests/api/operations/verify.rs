//! Forward authentication: what a proxy is answered about a request.

use rocket::http::Method;

use crate::support::{Browser, Call, TestApp};

const NAMES: [&str; 3] = [
    "x-accounts-user",
    "x-accounts-user-id",
    "x-accounts-session",
];

fn asking_about(method: &str) -> Call {
    Call::get("auth/verify/").header("X-Forwarded-Method", method)
}

async fn expect_forgery(browser: &Browser, call: Call) {
    let answer = browser.send(call).await;
    answer.expect_refusal(403, "csrf_failed");
    assert!(NAMES.iter().all(|name| answer.header(name).is_none()));
}

#[rocket::async_test]
async fn a_proxy_is_told_who_it_is() {
    let app = TestApp::new().await;
    let ada = app.user("Ada").await;
    let browser = app.browser();
    browser.log_in("Ada").await.expect_ok();
    let session = browser.session_id().await.to_string();
    for method in [Method::Get, Method::Head] {
        let answer = browser.send(Call::new(method, "auth/verify")).await;
        answer.expect_ok();
        let reported = NAMES.map(|name| answer.header(name).unwrap().to_owned());
        assert_eq!(
            reported,
            ["Ada".into(), ada.id.to_string(), session.clone()]
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.all("set-cookie").count(), 0, "{answer:#?}");
    }
    let answer = browser.send(Call::post("auth/verify/")).await;
    answer.expect_refusal(405, "method_not_allowed");
}

#[rocket::async_test]
async fn nobody_is_let_in_and_told_about() {
    let app = TestApp::new().await;
    let anonymous = app.browser();
    // What a client claims about itself comes back in no answer.
    let claimed = asking_about("GET").header("X-Accounts-User", "ada");
    let answer = anonymous.send(claimed).await;
    answer.expect_refusal(401, "not_authenticated");
    assert!(NAMES.iter().all(|name| answer.header(name).is_none()));

    let browser = app.signed_in("ada").await;
    let copy = browser.copy();
    browser.log_out().await.expect_ok();
    let answer = copy.get("auth/verify/").await;
    let cleared = ["access_token", "csrftoken", "refresh_token"];
    answer.expect_refusal_clearing(401, "session_ended", &cleared);
    assert!(NAMES.iter().all(|name| answer.header(name).is_none()));
}

#[rocket::async_test]
async fn what_is_unsafe_is_checked_as_if_it_came_here() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    for method in ["GET", "HEAD", "OPTIONS"] {
        let call = asking_about(method).without_csrf_token();
        let call = call.header("Sec-Fetch-Site", "cross-site");
        browser.send(call).await.expect_ok();
    }
    for method in ["POST", "DELETE", "PATCH", "PROPFIND", "get", ""] {
        browser.send(asking_about(method)).await.expect_ok();
        expect_forgery(&browser, asking_about(method).without_csrf_token()).await;
        let call = asking_about(method).header("Sec-Fetch-Site", "same-site");
        expect_forgery(&browser, call).await;
        let call = asking_about(method).header("Origin", "https://evil.example");
        expect_forgery(&browser, call).await;
    }
}

#[rocket::async_test]
async fn a_second_claim_about_the_method_excuses_nothing() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    for (ours, theirs) in [
        ("X-Original-Method", "X-Forwarded-Method"),
        ("X-Forwarded-Method", "X-Original-Method"),
        ("X-Forwarded-Method", "X-Forwarded-Method"),
    ] {
        let call = Call::get("auth/verify/").without_csrf_token();
        let call = call.header(theirs, "GET").header(ours, "POST");
        expect_forgery(&browser, call).await;
    }
}

#[rocket::async_test]
async fn a_program_with_a_bearer_token_needs_no_csrf_token() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let bearer = format!("Bearer {}", browser.cookie("access_token").unwrap());
    let program = app.browser();
    let call = asking_about("POST").header("Authorization", bearer);
    let answer = program.send(call).await;
    answer.expect_ok();
    assert_eq!(answer.header("x-accounts-user"), Some("ada"));
}
