//! A store that is slow and not down: what one request waits for, all its calls together.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use rocket::http::Method;
use rocket_accounts::Accounts;
use rocket_accounts::domain::throttle::{Spacing, ThrottleKey};
use rocket_accounts::store::memory::MemoryThrottle;
use rocket_accounts::store::{Guess, Result, ThrottleStore};
use serde_json::json;

use crate::support::{Answer, Browser, Call, InterceptedStore, PASSWORD, TestApp};

const NEW_PASSWORD: &str = "a much better pass phrase";

/// Counts guesses as slowly as the store does the rest.
#[derive(Debug)]
struct SlowThrottle(InterceptedStore, MemoryThrottle);

#[rocket::async_trait]
impl ThrottleStore for SlowThrottle {
    async fn count_guess(
        &self,
        key: &ThrottleKey,
        spacing: &Spacing,
        now: DateTime<Utc>,
    ) -> Result<Guess> {
        self.0.delayed().await;
        self.1.count_guess(key, spacing, now).await
    }

    async fn forget_guesses(&self, key: &ThrottleKey) -> Result<bool> {
        self.0.delayed().await;
        self.1.forget_guesses(key).await
    }

    async fn purge_guesses(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        self.1.purge_guesses(before, limit).await
    }
}

/// An application whose store takes `delay` for each call once `InterceptedStore::delay` says so.
async fn app() -> (TestApp, InterceptedStore) {
    let store = InterceptedStore::default();
    let builder = Accounts::builder()
        .store(store.clone())
        .throttle_store(SlowThrottle(store.clone(), MemoryThrottle::default()));
    let app = TestApp::built("", builder, |rocket| rocket).await;
    (app, store)
}

fn slow_down(store: &InterceptedStore, millis: u64) {
    store.delay.store(millis, Ordering::Relaxed);
}

/// Sends the call, and says how long its answer took.
async fn timed(browser: &Browser, call: Call) -> (Duration, Answer) {
    let began = Instant::now();
    let answer = browser.send(call).await;
    (began.elapsed(), answer)
}

fn calls() -> Vec<Call> {
    let credentials = json!({"username": "ada", "password": PASSWORD});
    let registration = json!({"username": "bob", "password": NEW_PASSWORD});
    let passwords = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    let proof = json!({"password": PASSWORD});
    vec![
        Call::get("sessions/"),
        Call::post("auth/login/").json(&credentials),
        Call::post("auth/register/").json(&registration),
        Call::post("auth/refresh_token/"),
        Call::post("auth/reauthenticate/").json(&proof),
        Call::post("user/password/").json(&passwords),
        Call::new(Method::Delete, "user/").json(&proof),
        Call::new(Method::Delete, "sessions/"),
    ]
}

/// Security requirement RE1, with calls that each are just within the three seconds of a call.
#[rocket::async_test]
async fn a_request_waits_five_seconds_whatever_it_calls() {
    let (app, store) = app().await;
    let ada = app.signed_in("ada").await;
    let before = ada.cookies();
    app.pass(chrono::TimeDelta::minutes(1));
    slow_down(&store, 2900);
    let sent = calls().into_iter().map(|call| timed(&ada, call));
    for (took, answer) in rocket::futures::future::join_all(sent).await {
        answer.expect_refusal(503, "unavailable");
        assert_eq!(answer.header("retry-after"), Some("2"), "{answer:#?}");
        assert!(took < Duration::from_millis(5500), "{took:?}: {answer:#?}");
    }
    slow_down(&store, 0);
    // No session was ended, nothing was changed, and the old password is still valid.
    assert_eq!(ada.cookies(), before);
    ada.get("user/").await.expect_ok();
    ada.post("auth/refresh_token/", &json!({}))
        .await
        .expect_ok();
    app.browser().log_in("ada").await.expect_ok();
}

/// A change that would not have the time of a call is not begun: the answer would be that it
/// failed, whatever came of it.
#[rocket::async_test]
async fn a_change_that_comes_too_late_is_not_begun() {
    let (app, store) = app().await;
    let ada = app.signed_in("ada").await;
    // Reads, a count, a hash: more than two seconds before the change, less than five with it.
    slow_down(&store, 800);
    let passwords = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    let call = Call::post("user/password/").json(&passwords);
    let (took, answer) = timed(&ada, call).await;
    answer.expect_refusal(503, "unavailable");
    assert!(took < Duration::from_secs(5), "{took:?}");
    slow_down(&store, 0);
    ada.get("user/").await.expect_ok();
    app.browser().log_in("ada").await.expect_ok();
}

#[rocket::async_test]
async fn a_store_that_is_a_little_slow_is_no_trouble() {
    let (app, store) = app().await;
    let ada = app.signed_in("ada").await;
    slow_down(&store, 400);
    app.browser().log_in("ada").await.expect_ok();
    let passwords = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    ada.post("user/password/", &passwords).await.expect_ok();
}
