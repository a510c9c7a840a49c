//! When the store is down or the hashing queue is full: 503, and no session is ended.

mod concurrent_changes;
mod slow_store;

use std::net::TcpListener;
use std::sync::Arc;

use rocket::http::Method;
use rocket::local::asynchronous::Client;
use rocket_accounts::store::sea::{Database, DatabaseOptions, SeaStore};
use rocket_accounts::{Accounts, Builder};
use serde_json::json;

use crate::support::{Call, PASSWORD, TestApp, figment};

/// A Postgres that is not there.
async fn store_that_is_down() -> SeaStore {
    // Bound and dropped: nothing listens on the port.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let options = DatabaseOptions::new(format!("postgres://u:canary@127.0.0.1:{port}/none"));
    SeaStore::new(Database::connect(&options).await.unwrap())
}

pub async fn app_without_store() -> TestApp {
    app(Accounts::builder().store(store_that_is_down().await)).await
}

async fn app(builder: Builder) -> TestApp {
    let stage = builder.stage();
    // A key that both applications have, so that tokens of one are good in the other.
    let rocket = rocket::custom(figment(&format!("keys = {{ active = \"{KEY}\" }}"))).attach(stage);
    TestApp {
        client: Arc::new(Client::untracked(rocket).await.unwrap()),
        clock: Arc::default(),
    }
}

pub const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY";

#[rocket::async_test]
async fn a_store_that_is_down_is_a_503_and_never_a_logout() {
    let healthy = TestApp::with(&format!("keys = {{ active = \"{KEY}\" }}")).await;
    let signed_in = healthy.signed_in("ada").await;
    let app = app_without_store().await;
    let browser = app.browser();
    for cookie in signed_in.cookies() {
        browser.plant(&cookie.name, &cookie.value, &cookie.path);
    }
    let credentials = json!({"username": "ada", "password": PASSWORD});
    let password = json!({"password": PASSWORD});
    let calls = [
        Call::get("user/"),
        Call::get("auth/verify/"),
        Call::post("auth/login/").json(&credentials),
        Call::post("auth/register/").json(&credentials),
        Call::post("auth/refresh_token/"),
        Call::post("auth/logout/"),
        Call::new(Method::Delete, "user/").json(&password),
        Call::get("sessions/"),
    ];
    let calls = calls.map(|call| Box::pin(browser.send(call)));
    for answer in futures_of(calls).await {
        answer.expect_refusal(503, "unavailable");
        assert!(!answer.text.contains("canary"));
    }
    // What needs no store goes on.
    browser.get("csrf_token/").await.expect_ok();
    // The cookie of a session is set for as long as the store says.
    browser.forget("csrftoken");
    let answer = browser.get("csrf_token/").await;
    answer.expect_refusal(503, "unavailable");
    app.browser().log_out().await.expect_ok();
}

#[rocket::async_test]
async fn failures_that_cannot_be_counted_are_a_503_and_cost_no_hash() {
    let builder = Accounts::builder().throttle_store(store_that_is_down().await);
    let app = app(builder).await;
    app.user("ada").await;
    let hashes = app.accounts().hashes_computed();
    for password in [PASSWORD, "wrong"] {
        let answer = app.browser().log_in_with("ada", password).await;
        answer.expect_refusal(503, "unavailable");
    }
    assert_eq!(app.accounts().hashes_computed(), hashes);
}

/// Runs all at once: each waits for the store as long as it may.
async fn futures_of<F: Future>(calls: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    rocket::futures::future::join_all(calls).await
}

#[rocket::async_test]
async fn a_full_hashing_queue_is_a_503() {
    let app =
        TestApp::with("password = { slots = 1, queue = 0, memory_kib = 65536, iterations = 4 }")
            .await;
    let attempts = (0..6).map(|_| {
        let browser = app.browser();
        async move { browser.log_in_with("nobody", "whatever").await }
    });
    let answers = futures_of(attempts).await;
    let busy = answers.iter().filter(|answer| answer.status.code == 503);
    assert!(busy.clone().count() >= 1, "{answers:#?}");
    busy.for_each(|answer| {
        answer.expect_refusal(503, "unavailable");
    });
    let refused = answers.iter().filter(|answer| answer.status.code == 401);
    assert!(refused.count() >= 1, "{answers:#?}");
}

#[rocket::async_test]
async fn a_password_that_could_not_be_hashed_is_no_failed_login() {
    let app =
        TestApp::with("password = { slots = 1, queue = 0, memory_kib = 65536, iterations = 4 }")
            .await;
    let guess = || async {
        let body = json!({"username": "ada", "password": "wrong"});
        let call = Call::post("auth/login/").json(&body);
        app.browser().send_from("192.0.2.1:1", call).await.status
    };
    let at_once = futures_of((0..4).map(|_| guess())).await;
    let busy = at_once.iter().filter(|status| status.code == 503).count();
    assert!(busy >= 1, "{at_once:?}");
    let wrong = at_once.iter().filter(|status| status.code == 401).count();
    for _ in wrong..5 {
        assert_eq!(guess().await.code, 401);
    }
    assert_eq!(guess().await.code, 429);
}
