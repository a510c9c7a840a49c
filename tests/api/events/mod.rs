//! Security events as a host application's sink hears them.

mod rejections;

use chrono::TimeDelta;
use rocket::http::Method;
use rocket_accounts::auth::EventKind;
use serde_json::json;

use crate::support::{Browser, Call, PASSWORD, RecordedEvents};
use crate::throttle::HOME;

const AWAY: &str = "198.51.100.7:4711";

async fn log_in(browser: &Browser, name: &str, password: &str) {
    log_in_from(HOME, browser, name, password).await;
}

async fn log_in_from(address: &str, browser: &Browser, name: &str, password: &str) {
    let body = json!({"username": name, "password": password});
    let call = Call::post("auth/login/").json(&body);
    browser.send_from(address, call).await;
}

#[rocket::async_test]
async fn a_life_of_an_account_is_heard() {
    let events = RecordedEvents::default();
    let app = events.app("").await;
    let user = app.user("ada").await;
    assert_eq!(events.expect_one("user_created").user_id, Some(user.id));

    let browser = app.browser();
    log_in(&browser, "ada", PASSWORD).await;
    let event = events.expect_one("login_succeeded");
    assert_eq!(event.at, app.accounts().now());
    assert_eq!(event.user_id, Some(user.id));
    assert!(event.session_id.is_some());
    assert_eq!(event.address, Some("192.0.2.1".parse().unwrap()));

    browser.refresh().await.expect_ok();
    browser.get("user/").await.expect_ok();
    assert_eq!(events.take(), [], "what is usual is no event");

    let password = json!({"password": PASSWORD});
    let proof = |body| browser.send(Call::post("auth/reauthenticate/").json(body));
    proof(&password).await;
    assert_eq!(
        events.expect_one("proof_succeeded").session_id,
        event.session_id
    );
    proof(&json!({"password": "wrong"})).await;
    assert_eq!(events.expect_one("proof_failed").user_id, Some(user.id));

    let change = json!({"current_password": PASSWORD, "new_password": "quartz ferry 7 lantern"});
    let call = Call::post("user/password/").json(&change);
    browser.send(call).await.expect_ok();
    assert_ne!(
        events.expect_one("password_changed").session_id,
        event.session_id
    );

    let others = Call::new(Method::Delete, "sessions/");
    assert_eq!(browser.send(others).await.status.code, 204);
    assert_eq!(
        events.expect_one("sessions_ended").kind,
        EventKind::SessionsEnded { count: 0 }
    );
    let session = browser.session_id().await;
    browser.log_out().await.expect_ok();
    let event = events.expect_one("logged_out");
    assert_eq!(event.user_id, Some(user.id));
    assert_eq!(event.session_id, Some(session));
}

/// Many logins of one user evict older sessions, and each eviction is an event.
#[rocket::async_test]
async fn sessions_that_give_way_are_heard() {
    let events = RecordedEvents::default();
    let app = events.app("session = { cap = 2 }").await;
    let ada = app.user("ada").await;
    let grace = app.user("grace").await;
    let browser = app.browser();
    log_in(&browser, "ada", PASSWORD).await;
    let first = browser.session_id().await;
    events.take();

    // Another user of the same browser.
    log_in(&browser, "grace", PASSWORD).await;
    let [ended, opened] = events.expect_all(["session_superseded", "login_succeeded"]);
    assert_eq!(ended.user_id, Some(ada.id));
    assert_eq!(ended.session_id, Some(first));
    assert_eq!(ended.address, Some("192.0.2.1".parse().unwrap()));
    assert_eq!(opened.user_id, Some(grace.id));

    let oldest = browser.session_id().await;
    app.pass(TimeDelta::seconds(1));
    log_in(&app.browser(), "grace", PASSWORD).await;
    events.expect_one("login_succeeded");
    log_in_from(AWAY, &app.browser(), "grace", PASSWORD).await;
    let [ended, _] = events.expect_all(["session_evicted", "login_succeeded"]);
    assert_eq!(ended.user_id, Some(grace.id));
    assert_eq!(ended.session_id, Some(oldest));
    assert_eq!(ended.address, Some("198.51.100.7".parse().unwrap()));
}

#[rocket::async_test]
async fn what_is_refused_is_heard() {
    let events = RecordedEvents::default();
    let app = events.app("throttle = { login_per_minute = 3 }").await;
    let user = app.user("ada").await;
    events.take();

    let browser = app.browser();
    log_in(&browser, "ada", "wrong").await;
    let event = events.expect_one("login_failed");
    assert_eq!(event.user_id, Some(user.id));
    assert_eq!(event.kind, EventKind::LoginFailed { unknown_name: None });

    // Of an unknown name the event shows only whether it is the same one again.
    let mut names = Vec::new();
    for name in ["Typed-My-Password", "typed-my-password"] {
        log_in(&browser, name, "wrong").await;
        let event = events.expect_one("login_failed");
        assert_eq!(event.user_id, None);
        assert!(!format!("{event:?}").to_lowercase().contains("typed"));
        let EventKind::LoginFailed {
            unknown_name: Some(name),
        } = event.kind
        else {
            panic!("{event:?}");
        };
        names.push(name);
    }
    assert_eq!(names[0], names[1]);

    log_in(&browser, "ada", PASSWORD).await;
    let event = events.expect_one("throttled");
    assert!(
        matches!(event.kind, EventKind::Throttled { .. }),
        "{event:?}"
    );
    assert_eq!(event.address, Some("192.0.2.1".parse().unwrap()));

    let ada = app.browser();
    ada.log_in("ada").await.expect_ok();
    events.take();
    let forged = Call::post("auth/logout/").without_csrf_token();
    ada.send(forged).await.expect_refusal(403, "csrf_failed");
    events.expect_one("csrf_failed");
}

#[rocket::async_test]
async fn a_reuse_is_heard_once() {
    let events = RecordedEvents::default();
    let app = events.app("").await;
    let browser = app.signed_in("ada").await;
    let thief = browser.copy();
    browser.refresh().await.expect_ok();
    browser.get("user/").await.expect_ok();
    app.pass(TimeDelta::seconds(11));
    events.take();
    for _ in 0..3 {
        let answer = thief.copy().refresh().await;
        assert_eq!(answer.status.code, 401);
    }
    let event = events.expect_one("refresh_token_reuse");
    assert!(event.user_id.is_some() && event.session_id.is_some());
}

/// The answer of a rotation that another party asked for is "lost" for the owner.
#[rocket::async_test]
async fn a_repeat_from_another_network_is_heard() {
    let events = RecordedEvents::default();
    let app = events.app("").await;
    app.user("ada").await;
    let browser = app.browser();
    log_in(&browser, "ada", PASSWORD).await;
    let elsewhere = browser.copy();
    let refresh = || Call::post("auth/refresh_token/");
    browser.send_from(HOME, refresh()).await.expect_ok();
    events.take();

    for (address, is_heard) in [(HOME, false), ("192.0.2.1:9", false), (AWAY, true)] {
        let answer = elsewhere.copy().send_from(address, refresh()).await;
        answer.expect_ok();
        let events = events.take();
        let names: Vec<_> = events.iter().map(|event| event.kind.name()).collect();
        let expected: &[_] = if is_heard {
            &["refresh_token_repeated_elsewhere"]
        } else {
            &[]
        };
        assert_eq!(names, expected, "{address}");
        if let Some(event) = events.first() {
            assert_eq!(event.address, Some("198.51.100.7".parse().unwrap()));
            assert!(event.user_id.is_some() && event.session_id.is_some());
            assert!(event.kind.is_warning());
        }
    }
    // The newest token is no repeat of a spent one, wherever it comes from.
    browser.send_from(AWAY, refresh()).await.expect_ok();
    app.pass(TimeDelta::minutes(20));
    browser.send_from(AWAY, refresh()).await.expect_ok();
    assert_eq!(events.take(), []);
}

#[rocket::async_test]
async fn what_an_operator_does_is_heard() {
    let events = RecordedEvents::default();
    let app = events.app("").await;
    let id = app.user("ada").await.id;
    events.expect_one("user_created");
    let accounts = app.accounts();
    accounts.set_active(id, false).await.unwrap();
    events.expect_one("user_disabled");
    accounts.set_active(id, true).await.unwrap();
    events.expect_one("user_enabled");
    let password = app.new_password("quartz ferry 7 lantern");
    accounts.set_password(id, &password).await.unwrap();
    events.expect_one("password_set");
    accounts.delete_user(id).await.unwrap();
    assert_eq!(events.expect_one("user_deleted").user_id, Some(id));
    accounts.delete_user(id).await.unwrap_err();
    assert_eq!(events.take(), []);
}
