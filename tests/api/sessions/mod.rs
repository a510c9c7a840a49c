//! `sessions/`, step-up, and logging out everywhere.

mod cached;
mod endings;
mod everywhere;

use chrono::TimeDelta;
use rocket::http::Method;
use serde_json::json;

use crate::support::{Browser, Call, PASSWORD, TestApp};

const ALL: [&str; 3] = ["access_token", "csrftoken", "refresh_token"];

fn end(id: &str) -> Call {
    Call::new(Method::Delete, &format!("sessions/{id}"))
}

async fn two_sessions(app: &TestApp) -> (Browser, Browser) {
    let one = app.signed_in("ada").await;
    app.pass(TimeDelta::minutes(1));
    let two = app.browser();
    two.log_in("ada").await.expect_ok();
    (one, two)
}

#[rocket::async_test]
async fn the_list_shows_own_live_sessions_newest_first() {
    let app = TestApp::new().await;
    app.signed_in("bob").await;
    let (one, two) = two_sessions(&app).await;
    let gone = app.browser();
    gone.log_in("ada").await.expect_ok();
    gone.log_out().await.expect_ok();

    let call = Call::get("sessions/").header("User-Agent", "x");
    let answer = one.send(call).await;
    let list = answer.expect_ok().body.as_array().unwrap();
    assert_eq!(list.len(), 2, "{answer:#?}");
    assert_eq!(list[0]["id"], json!(two.session_id().await));
    assert_eq!(
        (&list[0]["current"], &list[1]["current"]),
        (&json!(false), &json!(true))
    );
    let mut names: Vec<_> = list[0].as_object().unwrap().keys().collect();
    names.sort_unstable();
    let expected = [
        "address",
        "created_at",
        "current",
        "expires_at",
        "id",
        "last_used_at",
        "remembered",
        "user_agent",
    ];
    assert_eq!(names, expected, "no token, no generation");
}

#[rocket::async_test]
async fn user_agent_and_address_are_kept_and_cut() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let browser = app.browser();
    let body = json!({"username": "ada", "password": PASSWORD});
    let agent = format!("Mozilla/5.0 {}", "x".repeat(1000));
    let call = Call::post("auth/login/")
        .json(&body)
        .header("User-Agent", agent.clone());
    browser
        .send_from("[::ffff:192.0.2.7]:5555", call)
        .await
        .expect_ok();
    let answer = browser.get("sessions/").await;
    assert_eq!(answer.body[0]["user_agent"], agent[..256]);
    assert_eq!(answer.body[0]["address"], "192.0.2.7");
}

#[rocket::async_test]
async fn the_address_behind_a_trusted_proxy_is_kept() {
    let app = TestApp::with("proxy = { trusted = [\"10.0.0.0/8\"] }").await;
    app.user("ada").await;
    let body = json!({"username": "ada", "password": PASSWORD});
    for (socket, expected) in [
        ("10.1.2.3:80", "192.0.2.7"),
        ("198.51.100.1:80", "198.51.100.1"),
    ] {
        let browser = app.browser();
        let call = Call::post("auth/login/").json(&body);
        let call = call.header("X-Forwarded-For", "203.0.113.9, 192.0.2.7");
        browser.send_from(socket, call).await.expect_ok();
        let list = browser.get("sessions/").await.body;
        let current = list
            .as_array()
            .unwrap()
            .iter()
            .find(|s| s["current"] == true);
        assert_eq!(current.unwrap()["address"], expected);
    }
}

#[rocket::async_test]
async fn one_session_is_ended_at_once() {
    let app = TestApp::new().await;
    let (one, two) = two_sessions(&app).await;
    let id = two.session_id().await.to_string();
    let answer = one.send(end(&id)).await;
    assert_eq!(
        (answer.status.code, answer.text.as_str()),
        (204, ""),
        "{answer:#?}"
    );
    assert_eq!(answer.all("set-cookie").count(), 0);
    two.get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    one.get("user/").await.expect_ok();
    one.send(end(&id)).await.expect_refusal(404, "not_found");
}

#[rocket::async_test]
async fn sessions_of_others_answer_like_unknown_ones() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada").await;
    let bob = app.signed_in("bob").await;
    let foreign = ada.send(end(&bob.session_id().await.to_string())).await;
    let unknown = ada.send(end("00000000-0000-4000-8000-000000000000")).await;
    let nonsense = ada.send(end("nonsense")).await;
    for answer in [&foreign, &unknown, &nonsense] {
        answer.expect_refusal(404, "not_found");
        assert_eq!(
            (&answer.text, &answer.headers),
            (&unknown.text, &unknown.headers)
        );
    }
    bob.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn ending_the_current_session_is_a_logout() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    app.pass(TimeDelta::minutes(14));
    let id = browser.session_id().await.to_string();
    let answer = browser.send(end(&id)).await;
    assert_eq!((answer.status.code, answer.cleared()), (204, ALL.to_vec()));
    assert!(browser.cookies().is_empty());
}

#[rocket::async_test]
async fn all_others_are_ended_at_once() {
    let app = TestApp::new().await;
    let (one, two) = two_sessions(&app).await;
    let answer = one.send(Call::new(Method::Delete, "sessions/")).await;
    assert_eq!(answer.status.code, 204);
    two.get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    one.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn what_is_over_is_purged_and_what_is_not_stays() {
    let app = TestApp::new().await;
    let (one, two) = two_sessions(&app).await;
    let ended = two.session_id().await;
    two.log_out().await.expect_ok();
    let week = TimeDelta::days(7);
    app.pass(week);
    assert_eq!(app.accounts().purge(week).await.unwrap(), 0);
    app.pass(TimeDelta::seconds(1));
    assert_eq!(app.accounts().purge(week).await.unwrap(), 1);
    assert_eq!(app.store().find_session(ended).await.unwrap(), None);
    one.refresh().await.expect_ok();
    app.pass(TimeDelta::days(38));
    assert_eq!(app.accounts().purge(week).await.unwrap(), 1);
}
