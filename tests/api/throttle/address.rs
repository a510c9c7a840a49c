//! Whose requests share the limits by address.

use serde_json::json;

use crate::support::{Call, PASSWORD, TestApp};
use crate::throttle::HOME;

#[rocket::async_test]
async fn a_network_of_ipv6_is_one_address_and_ipv4_in_it_is_ipv4() {
    let app = TestApp::new().await;
    app.user("ada").await;
    for number in 1..=5 {
        let address = format!("[2001:db8:1:2:{number}::{number}]:1");
        app.guess_from(&address, "ada").await;
    }
    let neighbour = app.log_in_from("[2001:db8:1:2:f::9]:1", "ada", PASSWORD);
    neighbour.await.expect_throttled(60);
    let other_network = app.log_in_from("[2001:db8:1:3:f::9]:1", "ada", PASSWORD);
    other_network.await.expect_ok();
    for _ in 0..5 {
        app.guess_from("192.0.2.7:1", "ada").await;
    }
    let mapped = app.log_in_from("[::ffff:192.0.2.7]:1", "ada", PASSWORD);
    mapped.await.expect_throttled(60);
}

#[rocket::async_test]
async fn what_proxies_say_does_not_count() {
    let app = TestApp::new().await;
    for number in 0..6 {
        let body = json!({"username": "ada", "password": "wrong"});
        let forwarded = format!("10.0.0.{number}");
        let call = Call::post("auth/login/")
            .json(&body)
            .header("X-Forwarded-For", forwarded.clone())
            .header("X-Real-IP", forwarded);
        let answer = app.browser().send_from(HOME, call).await;
        assert_eq!(answer.status.code == 429, number == 5, "{answer:#?}");
    }
}

#[rocket::async_test]
async fn without_an_address_only_the_account_is_limited() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for number in 0..35 {
        let answer = browser.log_in_with(&format!("name{number}"), "wrong").await;
        answer.expect_refusal(401, "invalid_credentials");
    }
    for _ in 0..10 {
        let answer = browser.log_in_with("ada", "wrong").await;
        answer.expect_refusal(401, "invalid_credentials");
    }
    browser
        .log_in_with("ada", "wrong")
        .await
        .expect_throttled(1);
}
