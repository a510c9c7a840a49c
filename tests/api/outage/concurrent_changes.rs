//! Changes by another request or an operator between the steps of a request.

use std::sync::Arc;

use rocket_accounts::Accounts;
use rocket_accounts::domain::credentials::Username;
use rocket_accounts::store::{SessionStore, SplitStore, UserStore};
use serde_json::json;

use crate::support::{ConcurrentChange, InterceptedStore, PASSWORD, RecordedEvents, Step, TestApp};

const ALL: [&str; 3] = ["access_token", "csrftoken", "refresh_token"];

#[rocket::async_test]
async fn a_change_of_a_password_that_was_replaced_meanwhile_does_not_go_through() {
    const THEIRS: &str = "set by an operator at noon";
    const NEW: &str = "a much better pass phrase";
    let store = InterceptedStore::default();
    let builder = Accounts::builder().store(store.clone());
    let app = TestApp::built("", builder, |rocket| rocket).await;
    let grace = json!({"username": "grace", "password": THEIRS});
    let registered = app.browser().post("auth/register/", &grace).await;
    assert_eq!(registered.status.code, 201, "{registered:#?}");
    let browser = app.signed_in("ada").await;
    let change = |current| json!({"current_password": current, "new_password": NEW});

    let key = Username::parse("grace").unwrap().key();
    let theirs = store
        .find_account(&key)
        .await
        .unwrap()
        .unwrap()
        .password_hash;
    store.change_after(
        Step::Account,
        ConcurrentChange::SetPassword(theirs.unwrap()),
    );
    let answer = browser.post("user/password/", &change(PASSWORD)).await;
    assert!(store.change_was_made());
    answer.expect_refusal(400, "invalid_fields");
    let errors = answer.body["errors"].as_object().unwrap();
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["current_password"]);
    for refused in [NEW, PASSWORD] {
        let answer = app.browser().log_in_with("ada", refused).await;
        answer.expect_refusal(401, "invalid_credentials");
    }

    // The control: undisturbed, the same change goes through.
    let browser = app.browser();
    browser.log_in_with("ada", THEIRS).await.expect_ok();
    let answer = browser.post("user/password/", &change(THEIRS)).await;
    answer.expect_ok();
    app.browser().log_in_with("ada", NEW).await.expect_ok();
}

/// Logged out means now: what was asked for before does not happen after it.
#[rocket::async_test]
async fn a_change_of_the_password_does_not_outlive_a_logout() {
    const NEW: &str = "a much better pass phrase";
    let (store, events) = (InterceptedStore::default(), RecordedEvents::default());
    let builder = Accounts::builder().store(store.clone());
    let app = TestApp::built("", builder.event_sink(events.clone()), |rocket| rocket).await;
    let browser = app.signed_in("ada").await;
    let session = browser.session_id().await;
    events.take();
    store.change_after(Step::Account, ConcurrentChange::LogOut(session));
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    let answer = browser.post("user/password/", &change).await;
    assert!(store.change_was_made());
    answer.expect_refusal_clearing(401, "session_ended", &ALL);
    assert_eq!(events.take(), []);
    let answer = app.browser().log_in_with("ada", NEW).await;
    answer.expect_refusal(401, "invalid_credentials");
    app.browser().log_in("ada").await.expect_ok();
}

/// Users in one store and sessions in another: there is no transaction over both. What was done is reported.
#[rocket::async_test]
async fn a_change_over_two_stores_that_a_logout_overtakes_is_heard() {
    const NEW: &str = "a much better pass phrase";
    let events = RecordedEvents::default();
    let store = InterceptedStore::default();
    let halves = (Arc::new(store.clone()), Arc::new(store.clone()));
    let builder = Accounts::builder().store(SplitStore::new(halves.0, halves.1));
    let app = TestApp::built("", builder.event_sink(events.clone()), |rocket| rocket).await;
    let browser = app.signed_in("ada").await;
    let session = browser.session_id().await;
    events.take();
    store.change_after(Step::Password, ConcurrentChange::LogOut(session));
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    let answer = browser.post("user/password/", &change).await;
    answer.expect_refusal_clearing(401, "session_ended", &ALL);
    events.expect_one("password_changed");
    assert!(store.change_was_made());
    app.browser().log_in_with("ada", NEW).await.expect_ok();
}

/// A login whose user is deleted while the password is hashed leaves nothing behind.
#[rocket::async_test]
async fn a_login_does_not_outlive_the_account() {
    let (store, events) = (InterceptedStore::default(), RecordedEvents::default());
    let builder = Accounts::builder().store(store.clone());
    let app = TestApp::built("", builder.event_sink(events.clone()), |rocket| rocket).await;
    let id = app.user("ada").await.id;
    events.take();
    store.change_after(Step::Account, ConcurrentChange::Delete);
    let answer = app.browser().log_in("ada").await;
    assert!(store.change_was_made());
    answer.expect_refusal(401, "invalid_credentials");
    assert_eq!(events.expect_one("login_failed").user_id, Some(id));
    let left = store.store.list_sessions(id, app.accounts().now()).await;
    assert_eq!(left.unwrap(), []);
}
