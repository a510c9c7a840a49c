//! Limits on attempts at logins.

mod address;
mod other_routes;

use chrono::TimeDelta;
use serde_json::json;

use crate::support::{Answer, Call, PASSWORD, TestApp};

/// The address of one host of many.
pub fn host(number: u8) -> String {
    format!("203.0.113.{number}:4711")
}

pub const HOME: &str = "192.0.2.1:4711";

impl TestApp {
    pub async fn log_in_from(&self, address: &str, name: &str, password: &str) -> Answer {
        let body = json!({"username": name, "password": password});
        let call = Call::post("auth/login/").json(&body);
        self.browser().send_from(address, call).await
    }

    pub async fn guess_from(&self, address: &str, name: &str) {
        let answer = self.log_in_from(address, name, "wrong").await;
        answer.expect_refusal(401, "invalid_credentials");
    }

    /// Guesses from nowhere in particular, each from another address.
    async fn guess_from_everywhere(&self, name: &str, hosts: std::ops::Range<u8>) {
        for number in hosts {
            self.guess_from(&host(number), name).await;
        }
    }

    /// The right password is refused until exactly `seconds` have passed, and costs no hash.
    async fn assert_shut_for(&self, address: &str, name: &str, seconds: i64) {
        let hashes = self.accounts().hashes_computed();
        let answer = self.log_in_from(address, name, PASSWORD).await;
        answer.expect_throttled(seconds);
        self.pass(TimeDelta::seconds(seconds - 1));
        let answer = self.log_in_from(address, name, PASSWORD).await;
        answer.expect_throttled(1);
        assert_eq!(self.accounts().hashes_computed(), hashes);
        self.pass(TimeDelta::seconds(1));
        self.log_in_from(address, name, PASSWORD).await.expect_ok();
    }
}

#[rocket::async_test]
async fn logins_from_one_address() {
    let app = TestApp::new().await;
    app.user("ada").await;
    for _ in 0..30 {
        app.log_in_from(HOME, "ada", PASSWORD).await.expect_ok();
    }
    let elsewhere = app.log_in_from(&host(1), "ada", PASSWORD).await;
    elsewhere.expect_ok();
    app.assert_shut_for(HOME, "ada", 2).await;
}

#[rocket::async_test]
async fn failed_logins_from_one_address() {
    let app = TestApp::new().await;
    app.user("ada").await;
    for number in 0..10 {
        app.guess_from(HOME, &format!("name{number}")).await;
    }
    let elsewhere = app.log_in_from(&host(1), "ada", PASSWORD).await;
    elsewhere.expect_ok();
    app.assert_shut_for(HOME, "ada", 6).await;
}

#[rocket::async_test]
async fn failed_logins_to_one_name_from_one_address() {
    let app = TestApp::new().await;
    app.user("ada").await;
    app.user("bob").await;
    for name in ["ada", "Ada", "aDa", "adA", "ADA"] {
        app.guess_from(HOME, name).await;
    }
    app.log_in_from(HOME, "bob", PASSWORD).await.expect_ok();
    let elsewhere = app.log_in_from(&host(1), "ada", PASSWORD).await;
    elsewhere.expect_ok();
    app.assert_shut_for(HOME, "ada", 60).await;
    // The right password made room for mistakes again.
    for _ in 0..5 {
        app.guess_from(HOME, "ada").await;
    }
    app.assert_shut_for(HOME, "ada", 60).await;
}

#[rocket::async_test]
async fn failures_in_a_row_from_anywhere_slow_an_account_down() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let signed_in = app.browser();
    signed_in.log_in("ada").await.expect_ok();
    app.guess_from_everywhere("ada", 0..10).await;
    let mut wait = 1;
    for number in 10..14 {
        let shut = app.log_in_from(&host(99), "ada", PASSWORD).await;
        shut.expect_throttled(wait);
        app.pass(TimeDelta::seconds(wait));
        app.guess_from(&host(number), "ada").await;
        wait *= 2;
    }
    // Existing sessions go on.
    signed_in.get("user/").await.expect_ok();
    signed_in.refresh().await.expect_ok();
    app.assert_shut_for(&host(99), "ada", 16).await;
    // The right password starts the count anew.
    app.guess_from_everywhere("ada", 20..30).await;
    let shut = app.log_in_from(HOME, "ada", PASSWORD).await;
    shut.expect_throttled(1);
}

#[rocket::async_test]
async fn the_longest_wait_is_told() {
    let app = TestApp::new().await;
    app.user("ada").await;
    app.guess_from_everywhere("ada", 0..10).await;
    for _ in 0..29 {
        let shut = app.log_in_from(HOME, "ada", PASSWORD).await;
        shut.expect_throttled(1);
    }
    // The account could be tried in a second, but this address not before two.
    app.assert_shut_for(HOME, "ada", 2).await;
}

#[rocket::async_test]
async fn a_success_resets_its_own_counter_alone() {
    let app = TestApp::new().await;
    app.user("ada").await;
    app.user("bob").await;
    app.guess_from_everywhere("ada", 0..10).await;
    app.guess_from_everywhere("bob", 20..30).await;
    app.pass(TimeDelta::seconds(1));
    app.guess_from(&host(30), "bob").await;
    app.log_in_from(HOME, "ada", PASSWORD).await.expect_ok();
    let bob = app.log_in_from(HOME, "bob", PASSWORD).await;
    bob.expect_throttled(2);
}

#[rocket::async_test]
async fn an_account_of_ones_own_buys_no_guesses_at_others() {
    let app = TestApp::new().await;
    app.user("mallory").await;
    for number in 0..10 {
        app.guess_from(HOME, &format!("name{number}")).await;
        if number < 9 {
            let own = app.log_in_from(HOME, "mallory", PASSWORD).await;
            own.expect_ok();
        }
    }
    let answer = app.log_in_from(HOME, "name10", "wrong").await;
    answer.expect_throttled(6);
}

#[rocket::async_test]
async fn unknown_and_known_names_get_identical_answers() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let disabled = app.user("bob").await;
    let disabled = app.accounts().set_active(disabled.id, false).await;
    disabled.unwrap();
    let mut answers = Vec::new();
    for (network, name) in ["ada", "bob", "nobody", "not a name"].iter().enumerate() {
        let mut of_name = Vec::new();
        // At one address, then from others.
        for number in 0..16 {
            let number = if number < 6 { 0 } else { number };
            let address = format!("198.51.{network}.{number}:1");
            let answer = app.log_in_from(&address, name, "wrong").await;
            of_name.push((answer.status, answer.headers, answer.text));
        }
        answers.push(of_name);
    }
    let statuses: Vec<_> = answers[0].iter().map(|answer| answer.0.code).collect();
    let expected = [[401; 5].as_slice(), &[429], &[401; 5], &[429; 5]].concat();
    assert_eq!(statuses, expected);
    assert!(answers.iter().all(|of_name| *of_name == answers[0]));
}

#[rocket::async_test]
async fn parallel_guesses_are_no_way_around() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let hashes = app.accounts().hashes_computed();
    let guesses = (0..16).map(|_| app.log_in_from(HOME, "ada", "wrong"));
    let at_home = rocket::futures::future::join_all(guesses).await;
    let made = at_home.iter().filter(|answer| answer.status.code == 401);
    assert_eq!(made.count(), 5);
    let addresses: Vec<_> = (0..16).map(host).collect();
    let guesses = addresses
        .iter()
        .map(|address| app.log_in_from(address, "ada", "wrong"));
    let anywhere = rocket::futures::future::join_all(guesses).await;
    let made = anywhere.iter().filter(|answer| answer.status.code == 401);
    assert_eq!(made.count(), 5);
    assert_eq!(app.accounts().hashes_computed(), hashes + 10);
}

#[rocket::async_test]
async fn limits_are_configured() {
    let app = TestApp::with("throttle = { failed_login_to_name_per_5_minutes = 1 }").await;
    app.guess_from(HOME, "ada").await;
    let answer = app.log_in_from(HOME, "ada", "wrong").await;
    answer.expect_throttled(300);
    let app = TestApp::with("throttle = { enabled = false }").await;
    for _ in 0..40 {
        app.guess_from(HOME, "ada").await;
    }
}
