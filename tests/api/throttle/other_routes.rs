//! Limits on registrations, refreshes and proofs of the password.

use chrono::TimeDelta;
use rocket::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Call, PASSWORD, TestApp};

const HOME: &str = "192.0.2.1:4711";
const ELSEWHERE: &str = "192.0.2.2:4711";

fn registration(name: &str) -> Call {
    let body = json!({"username": name, "password": PASSWORD});
    Call::post("auth/register/").json(&body)
}

#[rocket::async_test]
async fn registrations_from_one_address() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for number in 0..10 {
        let call = registration(&format!("user{number}"));
        let answer = browser.send_from(HOME, call).await;
        assert_eq!(answer.status.code, 201, "{answer:#?}");
    }
    for _ in 0..10 {
        let answer = browser.send_from(HOME, registration("user0")).await;
        answer.expect_refusal(409, "username_taken");
    }
    let hashes = app.accounts().hashes_computed();
    for name in ["user0", "ada"] {
        let answer = browser.send_from(HOME, registration(name)).await;
        answer.expect_throttled(180);
    }
    assert_eq!(app.accounts().hashes_computed(), hashes);
    let answer = browser.send_from(ELSEWHERE, registration("bob")).await;
    assert_eq!(answer.status.code, 201, "{answer:#?}");
    app.pass(TimeDelta::seconds(179));
    let answer = browser.send_from(HOME, registration("ada")).await;
    answer.expect_throttled(1);
    app.pass(TimeDelta::seconds(1));
    let answer = browser.send_from(HOME, registration("ada")).await;
    assert_eq!(answer.status.code, 201, "{answer:#?}");
}

#[rocket::async_test]
async fn a_registration_counts_before_its_body_is_judged() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let weak = json!({"username": "ada", "password": "password1234"});
    for _ in 0..20 {
        let call = Call::post("auth/register/").json(&weak);
        let answer = browser.send_from(HOME, call).await;
        answer.expect_refusal(400, "invalid_fields");
    }
    let call = Call::post("auth/register/").body("text/plain", "x");
    browser.send_from(HOME, call).await.expect_throttled(180);
}

async fn refresh_from(browser: &Browser, address: &str) -> Answer {
    let call = Call::post("auth/refresh_token/");
    browser.send_from(address, call).await
}

#[rocket::async_test]
async fn refreshes_of_one_session() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    for _ in 0..60 {
        browser.refresh().await.expect_ok();
    }
    let cookies = browser.cookies().len();
    browser.refresh().await.expect_throttled(1);
    // It ends no session, and the token that was refused is valid afterwards.
    assert_eq!(browser.cookies().len(), cookies);
    browser.get("user/").await.expect_ok();
    app.pass(TimeDelta::milliseconds(999));
    browser.refresh().await.expect_throttled(1);
    app.pass(TimeDelta::milliseconds(1));
    browser.refresh().await.expect_ok();
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn refreshes_from_one_address() {
    let app = TestApp::new().await;
    app.user("ada").await;
    // Tokens that do not verify are counted for the address that they come from.
    let owner = app.browser();
    owner.log_in("ada").await.expect_ok();
    let tampered = owner.copy();
    tampered.tamper_with("refresh_token");
    for _ in 0..150 {
        let answer = refresh_from(&tampered, HOME).await;
        answer.expect_refusal(401, "token_not_valid");
    }
    refresh_from(&tampered, HOME).await.expect_throttled(2);
    let answer = refresh_from(&tampered, ELSEWHERE).await;
    answer.expect_refusal(401, "token_not_valid");
    // A second and a half is reported as two.
    app.pass(TimeDelta::milliseconds(500));
    refresh_from(&tampered, HOME).await.expect_throttled(2);
    app.pass(TimeDelta::milliseconds(500));
    refresh_from(&tampered, HOME).await.expect_throttled(1);
    // Those that verify are not, however many people are behind it.
    refresh_from(&owner, HOME).await.expect_ok();
    app.pass(TimeDelta::seconds(1));
    let answer = refresh_from(&tampered, HOME).await;
    answer.expect_refusal(401, "token_not_valid");
}

/// Many browsers behind one address, each with a session of its own.
#[rocket::async_test]
async fn a_crowd_behind_one_address_is_not_refused() {
    let app = TestApp::with("session = { cap = 200 }").await;
    app.user("ada").await;
    for _ in 0..160 {
        let browser = app.browser();
        browser.log_in("ada").await.expect_ok();
        refresh_from(&browser, HOME).await.expect_ok();
    }
}

/// The three requests that prove a password.
fn proofs(password: &str) -> [Call; 3] {
    let proof = json!({"password": password});
    let change = json!({"current_password": password, "new_password": "a much better pass phrase"});
    let post = |path, body: &Value| Call::post(path).json(body);
    [
        post("auth/reauthenticate/", &proof),
        Call::new(Method::Delete, "user/").json(&proof),
        post("user/password/", &change),
    ]
}

#[rocket::async_test]
async fn proofs_of_one_users_password() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    for call in proofs("wrong").into_iter().cycle().take(5) {
        let answer = browser.send(call).await;
        answer.expect_refusal(400, "invalid_fields");
    }
    let hashes = app.accounts().hashes_computed();
    for call in proofs(PASSWORD) {
        browser.send(call).await.expect_throttled(12);
    }
    assert_eq!(app.accounts().hashes_computed(), hashes);
    browser.get("user/").await.expect_ok();
    let other = app.signed_in("bob").await;
    let [_, _, change] = proofs(PASSWORD);
    other.send(change.clone()).await.expect_ok();
    app.pass(TimeDelta::seconds(11));
    browser.send(change.clone()).await.expect_throttled(1);
    app.pass(TimeDelta::seconds(1));
    browser.send(change).await.expect_ok();
}

#[rocket::async_test]
async fn wrong_proofs_in_a_row_are_slowed_down_for_all_replicas() {
    let app = TestApp::with("throttle = { password_proof_per_minute = 1000 }").await;
    let browser = app.signed_in("ada").await;
    let [wrong, ..] = proofs("wrong");
    for _ in 0..10 {
        let answer = browser.send(wrong.clone()).await;
        answer.expect_refusal(400, "invalid_fields");
    }
    let [right, ..] = proofs(PASSWORD);
    browser.send(right.clone()).await.expect_throttled(1);
    // The login has a counter of its own.
    app.browser().log_in("ada").await.expect_ok();
    browser.send(right.clone()).await.expect_throttled(1);
    app.pass(TimeDelta::seconds(1));
    browser.send(right).await.expect_ok();
}

#[rocket::async_test]
async fn guesses_from_outside_do_not_keep_the_user_from_a_proof() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    for _ in 0..10 {
        let answer = app.browser().log_in_with("ada", "wrong").await;
        answer.expect_refusal(401, "invalid_credentials");
    }
    let login = app.browser().log_in("ada").await;
    login.expect_throttled(1);
    let [.., change] = proofs(PASSWORD);
    browser.send(change).await.expect_ok();
}

#[rocket::async_test]
async fn accounts_without_failures_for_a_day_are_forgotten() {
    let app = TestApp::new().await;
    app.user("ada").await;
    for _ in 0..10 {
        let answer = app.browser().log_in_with("ada", "wrong").await;
        answer.expect_refusal(401, "invalid_credentials");
    }
    app.pass(TimeDelta::seconds(86_400));
    app.accounts().purge(TimeDelta::days(7)).await.unwrap();
    let answer = app.browser().log_in_with("ada", "wrong").await;
    answer.expect_refusal(401, "invalid_credentials");
    app.browser().log_in("ada").await.expect_throttled(2);
    app.pass(TimeDelta::seconds(86_401));
    app.accounts().purge(TimeDelta::days(7)).await.unwrap();
    let answer = app.browser().log_in_with("ada", "wrong").await;
    answer.expect_refusal(401, "invalid_credentials");
    app.browser().log_in("ada").await.expect_ok();
}
