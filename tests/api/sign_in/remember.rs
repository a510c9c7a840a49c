//! `remember`: whether a session outlives its browser.

use chrono::{DateTime, TimeDelta, Utc};
use rocket::http::Method;
use rocket_accounts::domain::clock::Clock;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Call, PASSWORD, TestApp, on_every_store};

const NEW_PASSWORD: &str = "seven lamps under the quiet bridge";

on_every_store! {
    #[test] fn cookies_of_a_session_that_is_not_remembered_end_with_the_browser;
    #[test] fn a_session_that_is_not_remembered_ends_after_twelve_hours;
    #[test] fn a_closed_browser_keeps_only_what_is_remembered;
    #[test] fn only_a_login_decides_whether_a_session_is_remembered;
    #[test] fn the_list_says_which_sessions_are_remembered;
}

/// What a login says of `remember`, and whether the session is then remembered.
const CHOICES: [(Option<bool>, bool); 3] = [(None, true), (Some(true), true), (Some(false), false)];

fn credentials(name: &str, remember: Option<bool>) -> Value {
    let mut body = json!({"username": name, "password": PASSWORD});
    if let Some(remember) = remember {
        body["remember"] = remember.into();
    }
    body
}

async fn log_in(app: &TestApp, name: &str, remember: Option<bool>) -> Browser {
    let browser = app.browser();
    let answer = browser
        .post("auth/login/", &credentials(name, remember))
        .await;
    answer.expect_ok();
    browser
}

/// The answer sets these cookies, each with a lifetime or, in a session that is not remembered,
/// each without one.
#[track_caller]
fn expect_cookies(answer: &Answer, names: &[&str], remembered: bool) {
    let cookies: Vec<_> = answer.all("set-cookie").collect();
    let set = cookies
        .iter()
        .map(|cookie| cookie.split('=').next().unwrap());
    assert_eq!(set.collect::<Vec<_>>(), names, "{answer:#?}");
    for cookie in cookies {
        let has_age = cookie.contains("; Max-Age=") && !cookie.contains("; Max-Age=0");
        assert_eq!(has_age, remembered, "{cookie}");
        assert!(!cookie.contains("Expires="), "{cookie}");
    }
}

const ALL: [&str; 3] = ["access_token", "refresh_token", "csrftoken"];
const AT_LOGIN: [&str; 4] = ["access_token", "refresh_token", "csrftoken", "device"];

/// Wherever an answer sets a cookie of the session.
async fn cookies_of_a_session_that_is_not_remembered_end_with_the_browser(app: TestApp) {
    for (number, (choice, remembered)) in CHOICES.into_iter().enumerate() {
        let browser = app.browser();
        let body = credentials(&format!("ada{number}"), choice);
        let registered = browser.post("auth/register/", &body).await;
        expect_cookies(&registered, &AT_LOGIN, remembered);
        let logged_in = browser.post("auth/login/", &body).await;
        expect_cookies(&logged_in, &AT_LOGIN, remembered);

        let spent = browser.copy();
        expect_cookies(&browser.refresh().await, &ALL, remembered);
        let kept = browser.refresh().await;
        expect_cookies(&kept, &["access_token"], remembered);
        let repeated = spent.refresh().await;
        expect_cookies(&repeated, &ALL, remembered);
        browser.forget("csrftoken");
        let csrf = browser.get("csrf_token/").await;
        expect_cookies(&csrf, &["csrftoken"], remembered);

        let change = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
        let changed = browser.post("user/password/", &change).await;
        expect_cookies(&changed, &ALL, remembered);
        expect_cookies(&browser.refresh().await, &ALL, remembered);
        let answer = browser.log_out().await;
        assert_eq!(answer.cleared().len(), 3, "{answer:#?}");
        assert!(browser.cookies().is_empty());
    }
}

/// Counted from its last refresh, and the refresh token ends then too; others live on.
async fn a_session_that_is_not_remembered_ends_after_twelve_hours(app: TestApp) {
    app.user("ada").await;
    let hours = TimeDelta::hours;
    let ends = |answer: &Answer| -> DateTime<Utc> {
        let text = answer.body["refresh_expires_at"].as_str().unwrap();
        text.parse().unwrap()
    };
    let body = credentials("ada", Some(false));
    let answer = app.browser().post("auth/login/", &body).await;
    assert_eq!(ends(answer.expect_ok()), app.clock.now() + hours(12));

    let remembered = log_in(&app, "ada", None).await;
    let short = log_in(&app, "ada", Some(false)).await;
    for _ in 0..3 {
        app.pass(hours(12) - TimeDelta::seconds(1));
        let answer = short.refresh().await;
        assert_eq!(ends(answer.expect_ok()), app.clock.now() + hours(12));
    }
    // The cookies are still there: the browser was not closed.
    app.pass(hours(12));
    assert_eq!(short.cookies().len(), 3);
    short
        .get("user/")
        .await
        .expect_refusal(401, "token_expired");
    let answer = short.refresh().await;
    let names = ["access_token", "csrftoken", "refresh_token"];
    answer.expect_refusal_clearing(401, "session_ended", &names);

    let answer = remembered.refresh().await;
    let idle = TimeDelta::days(30);
    assert_eq!(ends(answer.expect_ok()), app.clock.now() + idle);
    app.pass(idle - TimeDelta::seconds(1));
    remembered.refresh().await.expect_ok();
}

async fn a_closed_browser_keeps_only_what_is_remembered(app: TestApp) {
    app.user("ada").await;
    for (choice, remembered) in CHOICES {
        let browser = log_in(&app, "ada", choice).await;
        browser.refresh().await.expect_ok();
        browser.restart();
        let answer = browser.refresh().await;
        if remembered {
            answer.expect_ok();
        } else {
            assert!(browser.cookies().is_empty());
            answer.expect_refusal(401, "refresh_token_missing");
        }
    }
}

/// Not a refresh, whatever it is sent with, and no other route; another login does.
async fn only_a_login_decides_whether_a_session_is_remembered(app: TestApp) {
    app.user("ada").await;
    for remembered in [true, false] {
        let browser = log_in(&app, "ada", Some(remembered)).await;
        let other = json!(!remembered);
        let refresh = format!("auth/refresh_token/?remember={other}");
        let refresh = Call::post(&refresh).json(&json!({"remember": other}));
        expect_cookies(&browser.send(refresh).await, &ALL, remembered);
        let change = json!({
            "current_password": PASSWORD, "new_password": NEW_PASSWORD, "remember": other,
        });
        let proof = json!({"password": PASSWORD, "remember": other});
        let names = json!({"first_name": "Ada", "remember": other});
        for call in [
            Call::post("user/password/").json(&change),
            Call::post("auth/reauthenticate/").json(&proof),
            Call::new(Method::Patch, "user/").json(&names),
        ] {
            let answer = browser.send(call).await;
            answer.expect_refusal(400, "invalid_fields");
            assert!(answer.body["errors"]["remember"].is_array(), "{answer:#?}");
        }
        app.pass(TimeDelta::minutes(1));
        expect_cookies(&browser.refresh().await, &ALL, remembered);

        let again = browser
            .post("auth/login/", &credentials("ada", Some(!remembered)))
            .await;
        expect_cookies(&again, &AT_LOGIN, !remembered);
    }
}

async fn the_list_says_which_sessions_are_remembered(app: TestApp) {
    app.user("ada").await;
    let first = log_in(&app, "ada", None).await;
    app.pass(TimeDelta::seconds(1));
    log_in(&app, "ada", Some(false)).await;
    let answer = first.get("sessions/").await;
    let list = answer.expect_ok().body.as_array().unwrap();
    let remembered: Vec<_> = list.iter().map(|item| &item["remembered"]).collect();
    assert_eq!(remembered, [&json!(false), &json!(true)], "newest first");
}

#[rocket::async_test]
async fn remember_is_true_or_false() {
    let app = TestApp::new().await;
    app.user("ada").await;
    for bad in [
        json!("no"),
        json!("false"),
        json!(""),
        json!(0),
        json!(null),
        json!([]),
        json!({}),
    ] {
        for (route, name) in [("auth/login/", "ada"), ("auth/register/", "grace")] {
            let mut body = credentials(name, None);
            body["remember"] = bad.clone();
            let answer = app.browser().post(route, &body).await;
            answer.expect_refusal(400, "invalid_fields");
            let text = if bad.is_null() {
                "Remember must not be null"
            } else {
                "Remember must be true or false"
            };
            assert_eq!(
                answer.body["errors"],
                json!({"remember": [text]}),
                "{route} {bad}"
            );
        }
    }
    assert!(app.accounts().find_user("grace").await.is_err());
    let ada = app.accounts().find_user("ada").await.unwrap();
    assert_eq!(app.accounts().list_sessions(&ada).await.unwrap(), []);
}

#[rocket::async_test]
async fn the_short_end_is_the_configured_one() {
    let app = TestApp::with("session.idle_unremembered = \"20m\"").await;
    app.user("ada").await;
    let browser = log_in(&app, "ada", Some(false)).await;
    app.pass(TimeDelta::minutes(20) - TimeDelta::seconds(1));
    browser.refresh().await.expect_ok();
    app.pass(TimeDelta::minutes(20));
    let answer = browser.refresh().await;
    assert_eq!(answer.body["code"], "session_ended", "{answer:#?}");
}
