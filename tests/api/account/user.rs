//! `GET user/`, and the guards' judgement of credentials.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::{Call, TestApp};

#[rocket::async_test]
async fn who_am_i() {
    let app = TestApp::new().await;
    let user = app.user("ada").await;
    let browser = app.browser();
    browser
        .get("user/")
        .await
        .expect_refusal(401, "not_authenticated");
    browser.log_in("ada").await.expect_ok();
    let expected = json!({
        "id": user.id, "username": "ada", "first_name": "Ada", "last_name": "Lovelace",
    });
    for path in ["user/", "user", "/user//"] {
        assert_eq!(browser.get(path).await.expect_ok().body, expected, "{path}");
    }
}

#[rocket::async_test]
async fn an_expired_token_is_told_from_a_bad_one_and_stays() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let access = browser.cookie("access_token").unwrap();
    app.pass(TimeDelta::minutes(16));
    browser.plant("access_token", &access, "/");
    browser
        .get("user/")
        .await
        .expect_refusal(401, "token_expired");
    browser.forget("access_token");
    browser.plant("access_token", "garbage", "/");
    let answer = browser.get("user/").await;
    answer.expect_refusal(401, "token_not_valid");
}

#[rocket::async_test]
async fn every_fault_of_a_token_has_the_same_answer() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let access = browser.cookie("access_token").unwrap();
    let refresh = browser.cookie("refresh_token").unwrap();
    let unsigned = access.rsplit_once('.').unwrap().0.to_owned() + ".";
    let tampered = access[..access.len() - 2].to_owned() + "xx";
    let huge = "A".repeat(5000);
    let mut texts = Vec::new();
    for bad in [
        "garbage", &refresh, &unsigned, &tampered, &huge, "a.b.c", "\"x\"",
    ] {
        let browser = app.browser();
        browser.plant("access_token", bad, "/");
        let answer = browser.get("user/").await;
        answer.expect_refusal(401, "token_not_valid");
        texts.push(answer.text);
    }
    texts.dedup();
    assert_eq!(texts.len(), 1);
}

#[rocket::async_test]
async fn a_bearer_token_is_a_credential_and_never_falls_back() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let access = browser.cookie("access_token").unwrap();
    let with = |value: String| Call::get("user/").header("Authorization", value);
    let program = app.browser();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        program
            .send(with(format!("{scheme} {access}")))
            .await
            .expect_ok();
    }
    // The browser's cookie is good, its Bearer token is not; and no cookie is cleared by it.
    for bad in ["Bearer x", "Bearer", "Bearer ", "bearer a b"] {
        let answer = browser.send(with(bad.to_owned())).await;
        answer.expect_refusal(401, "token_not_valid");
    }
    let twice =
        with(format!("Bearer {access}")).header("Authorization", format!("Bearer {access}"));
    browser
        .send(twice)
        .await
        .expect_refusal(401, "token_not_valid");
    // Another scheme is not ours.
    browser
        .send(with("Basic YTpi".to_owned()))
        .await
        .expect_ok();
    program
        .send(with("Basic YTpi".to_owned()))
        .await
        .expect_refusal(401, "not_authenticated");
}

#[rocket::async_test]
async fn bearer_can_be_switched_off() {
    let app = TestApp::with("token = { allow_bearer = false }").await;
    let browser = app.signed_in("ada").await;
    let bearer = format!("Bearer {}", browser.cookie("access_token").unwrap());
    let call = Call::get("user/").header("Authorization", bearer);
    app.browser()
        .send(call.clone())
        .await
        .expect_refusal(401, "not_authenticated");
    browser.send(call).await.expect_ok();
}

#[rocket::async_test]
async fn tokens_are_read_from_nowhere_else() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let access = browser.cookie("access_token").unwrap();
    let program = app.browser();
    let call = Call::get(&format!("user/?access_token={access}&token={access}"));
    program
        .send(call)
        .await
        .expect_refusal(401, "not_authenticated");
    let call = Call::get("user/").header("X-Access-Token", access.clone());
    program
        .send(call)
        .await
        .expect_refusal(401, "not_authenticated");
}

#[rocket::async_test]
async fn operators_end_sessions_at_once() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let all = ["access_token", "csrftoken", "refresh_token"];
    for what in ["password", "disable", "delete"] {
        let browser = app.browser();
        browser.log_in("ada").await.expect_ok();
        let accounts = app.accounts();
        match what {
            "password" => {
                let same = app.new_password(crate::support::PASSWORD);
                accounts.set_password(ada.id, &same).await.unwrap();
            }
            "disable" => {
                accounts.set_active(ada.id, false).await.unwrap();
                accounts.set_active(ada.id, true).await.unwrap();
            }
            _ => accounts.delete_user(ada.id).await.unwrap(),
        }
        let answer = browser.get("user/").await;
        answer.expect_refusal_clearing(401, "session_ended", &all);
    }
}
