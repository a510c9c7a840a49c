//! The device cookie: a browser that signed in to an account before has a count of wrong guesses of
//! its own (RL8).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use rocket::http::Method;
use serde_json::json;

use crate::support::{Answer, Browser, Call, PASSWORD, TestApp, on_every_store};
use crate::throttle::{HOME, host};

on_every_store! {
    #[test] fn strangers_do_not_keep_a_known_browser_out;
    #[test] fn a_known_browser_has_a_count_of_its_own;
    #[test] fn a_browser_is_known_to_the_accounts_that_signed_in_with_it;
}

async fn log_in(browser: &Browser, address: &str, name: &str, password: &str) -> Answer {
    let body = json!({"username": name, "password": password});
    let call = Call::post("auth/login/").json(&body);
    browser.send_from(address, call).await
}

/// A browser that signed in to the account, and out again.
async fn known(app: &TestApp, name: &str) -> Browser {
    let browser = app.browser();
    log_in(&browser, HOME, name, PASSWORD).await.expect_ok();
    browser.log_out().await.expect_ok();
    assert_eq!(browser.cookies().len(), 0);
    assert_eq!(browser.all_cookies().len(), 1);
    browser
}

/// A guesser with changing addresses, who waits as `Retry-After` says, has the account's count; one who
/// guesses at the owner's own address fills that.
async fn strangers_do_not_keep_a_known_browser_out(app: TestApp) {
    app.user("ada").await;
    let owner = known(&app, "ada").await;
    for number in 0..10 {
        app.guess_from(&host(number), "ada").await;
    }
    for number in 0..5 {
        app.guess_from(HOME, "grace").await;
        app.guess_from(HOME, &format!("name{number}")).await;
    }
    for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900] {
        app.pass(TimeDelta::seconds(wait));
        app.guess_from(&host(wait.to_le_bytes()[0]), "ada").await;
        let elsewhere = app.log_in_from(&host(99), "ada", PASSWORD).await;
        assert_eq!(elsewhere.status.code, 429, "after {wait} s");
        log_in(&owner, HOME, "ada", PASSWORD).await.expect_ok();
        owner.log_out().await.expect_ok();
    }
    // Nor does the owner's success give the strangers their guesses back.
    let elsewhere = app.log_in_from(&host(99), "ada", "wrong").await;
    assert_eq!(elsewhere.status.code, 429);
}

/// It allows as many attempts as the account's count, and shares them with no other browser.
async fn a_known_browser_has_a_count_of_its_own(app: TestApp) {
    app.user("ada").await;
    let thief = known(&app, "ada").await;
    let other = known(&app, "ada").await;
    let guess = |number| log_in(&thief, host_of(number), "ada", "wrong");
    for number in 0..5 {
        let answer = guess(number).await;
        answer.expect_refusal(401, "invalid_credentials");
    }
    // From whichever address.
    guess(9).await.expect_throttled(60);
    for number in 5..10 {
        app.pass(TimeDelta::minutes(5));
        let answer = guess(number).await;
        answer.expect_refusal(401, "invalid_credentials");
    }
    let answer = log_in(&thief, host_of(10), "ada", PASSWORD).await;
    answer.expect_throttled(1);
    log_in(&other, HOME, "ada", PASSWORD).await.expect_ok();
    for number in 20..30 {
        app.guess_from(&host(number), "ada").await;
    }
    let answer = app.log_in_from(HOME, "ada", PASSWORD).await;
    answer.expect_throttled(1);
    app.pass(TimeDelta::seconds(1));
    let answer = log_in(&thief, HOME, "ada", PASSWORD).await;
    answer.expect_ok();
    // The right password has reset its own count.
    for number in 0..5 {
        let answer = guess(number).await;
        answer.expect_refusal(401, "invalid_credentials");
    }
}

fn host_of(number: u8) -> &'static str {
    const HOSTS: [&str; 2] = ["198.51.100.1:4711", "198.51.100.2:4711"];
    HOSTS[usize::from(number) % HOSTS.len()]
}

/// To those alone: an account of one's own buys no guesses at others.
async fn a_browser_is_known_to_the_accounts_that_signed_in_with_it(app: TestApp) {
    for name in ["ada", "grace", "mallory"] {
        app.user(name).await;
    }
    let family = known(&app, "ada").await;
    log_in(&family, HOME, "grace", PASSWORD).await.expect_ok();
    family.log_out().await.expect_ok();
    let mallory = known(&app, "mallory").await;
    for name in ["ada", "grace"] {
        for number in 0..10 {
            let browser = if number % 2 == 0 {
                &mallory
            } else {
                &app.browser()
            };
            let answer = log_in(browser, &host(number), name, "wrong").await;
            answer.expect_refusal(401, "invalid_credentials");
        }
        let answer = log_in(&mallory, &host(11), name, PASSWORD).await;
        answer.expect_throttled(1);
        log_in(&family, HOME, name, PASSWORD).await.expect_ok();
        family.log_out().await.expect_ok();
    }
}

fn sets_device(answer: &Answer) -> bool {
    answer
        .all("set-cookie")
        .any(|set| set.starts_with("device="))
}

/// With a session, and with nothing else; it stays when the session goes.
#[rocket::async_test]
async fn a_login_and_a_registration_mark_the_browser() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let browser = app.browser();
    let failed = browser.log_in_with("ada", "wrong").await;
    assert!(!sets_device(&failed));
    let body = json!({"username": "grace", "password": PASSWORD});
    let registered = browser.post("auth/register/", &body).await;
    assert!(sets_device(&registered), "{registered:#?}");
    let after_registration = browser.cookie("device");
    assert!(sets_device(browser.log_in("ada").await.expect_ok()));
    assert_ne!(browser.cookie("device"), after_registration);

    let marked = browser.cookie("device");
    let proof = json!({"password": PASSWORD});
    let change = json!({"current_password": PASSWORD, "new_password": "a much better pass phrase"});
    for call in [
        Call::post("auth/refresh_token/"),
        Call::get("csrf_token/"),
        Call::get("user/"),
        Call::post("auth/reauthenticate/").json(&proof),
        Call::post("user/password/").json(&change),
        Call::new(Method::Delete, "sessions/"),
        Call::post("auth/logout/"),
    ] {
        let answer = browser.send(call).await;
        assert!(answer.status.code < 300, "{answer:#?}");
        assert!(!sets_device(&answer), "{answer:#?}");
    }
    assert_eq!(browser.cookie("device"), marked);
    // It is no credential.
    browser
        .get("user/")
        .await
        .expect_refusal(401, "not_authenticated");
    browser
        .refresh()
        .await
        .expect_refusal(401, "refresh_token_missing");
}

#[rocket::async_test]
async fn a_device_cookie_names_nobody() {
    let app = TestApp::new().await;
    let id = app.user("ada.lovelace").await.id;
    let (one, two) = (app.browser(), app.browser());
    let mut values = Vec::new();
    for browser in [&one, &two] {
        browser.log_in("ada.lovelace").await.expect_ok();
        let value = browser.cookie("device").unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&value).unwrap();
        let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        assert!(!holds(b"ada") && !holds(&id.0.as_bytes()[..8]), "{value}");
        values.push(bytes);
    }
    // Neither the browser nor the mark is the same.
    assert_ne!(values[0][..16], values[1][..16]);
    assert_ne!(values[0][20..], values[1][20..]);
    // The same browser is the same: it moves its mark.
    app.pass(TimeDelta::days(1));
    one.log_in("ada.lovelace").await.expect_ok();
    let again = URL_SAFE_NO_PAD
        .decode(one.cookie("device").unwrap())
        .unwrap();
    assert_eq!(again[..16], values[0][..16]);
    assert_eq!(again.len(), values[0].len());
    assert_ne!(again[16..], values[0][16..]);
}

/// One that is not to be remembered is not: its cookie goes when it is closed.
#[rocket::async_test]
async fn a_shared_computer_is_not_marked_for_a_year() {
    let app = TestApp::new().await;
    app.user("ada").await;
    for (remember, has_age) in [(true, true), (false, false)] {
        let body = json!({"username": "ada", "password": PASSWORD, "remember": remember});
        let answer = app.browser().post("auth/login/", &body).await;
        let mut cookies = answer.expect_ok().all("set-cookie");
        let device = cookies.find(|set| set.starts_with("device=")).unwrap();
        assert_eq!(device.contains("; Max-Age=31536000"), has_age, "{device}");
        assert!(device.contains("; HttpOnly"), "{device}");
    }
}
