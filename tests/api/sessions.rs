//! `sessions/`, step-up, and logging out everywhere.

use chrono::TimeDelta;
use rocket::http::Method;
use serde_json::json;

use crate::actor::{Browser, Call};
use crate::world::{PASSWORD, World};

const ALL: [&str; 3] = ["access_token", "csrftoken", "refresh_token"];

fn end(id: &str) -> Call {
    Call::new(Method::Delete, &format!("sessions/{id}"))
}

async fn two_sessions(world: &World) -> (Browser, Browser) {
    let one = world.signed_in("ada").await;
    world.pass(TimeDelta::minutes(1));
    let two = world.browser();
    two.log_in("ada").await.expect_ok();
    (one, two)
}

#[rocket::async_test]
async fn the_list_shows_own_live_sessions_newest_first() {
    let world = World::new().await;
    world.signed_in("bob").await;
    let (one, two) = two_sessions(&world).await;
    let gone = world.browser();
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
    let world = World::new().await;
    world.user("ada").await;
    let browser = world.browser();
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
    let world = World::with("proxy = { trusted = [\"10.0.0.0/8\"] }").await;
    world.user("ada").await;
    let body = json!({"username": "ada", "password": PASSWORD});
    for (socket, expected) in [
        ("10.1.2.3:80", "192.0.2.7"),
        ("198.51.100.1:80", "198.51.100.1"),
    ] {
        let browser = world.browser();
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
    let world = World::new().await;
    let (one, two) = two_sessions(&world).await;
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
    let world = World::new().await;
    let ada = world.signed_in("ada").await;
    let bob = world.signed_in("bob").await;
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
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    world.pass(TimeDelta::minutes(14));
    let id = browser.session_id().await.to_string();
    let answer = browser.send(end(&id)).await;
    assert_eq!((answer.status.code, answer.cleared()), (204, ALL.to_vec()));
    assert!(browser.cookies().is_empty());
}

#[rocket::async_test]
async fn all_others_are_ended_at_once() {
    let world = World::new().await;
    let (one, two) = two_sessions(&world).await;
    let answer = one.send(Call::new(Method::Delete, "sessions/")).await;
    assert_eq!(answer.status.code, 204);
    two.get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    one.get("user/").await.expect_ok();
}

/// A clock that was ahead when the password was proved does not make the proof last longer. A minute
/// is what the clocks of replicas may differ by.
#[rocket::async_test]
async fn a_proof_from_the_future_is_none() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    let id = browser.session_id().await;
    let everywhere = || Call::post("auth/logout/?everywhere");
    let prove_in = async |seconds| {
        let at = world.accounts().now() + TimeDelta::seconds(seconds);
        assert!(world.store().reauthenticate(id, at).await.unwrap());
    };
    prove_in(61).await;
    let answer = browser.send(everywhere()).await;
    answer.expect_refusal(403, "reauthentication_required");
    prove_in(60).await;
    browser.send(everywhere()).await.expect_ok();
}

#[rocket::async_test]
async fn ending_others_needs_a_fresh_proof_of_the_password() {
    let world = World::new().await;
    let (one, two) = two_sessions(&world).await;
    let other = two.session_id().await.to_string();
    world.pass(TimeDelta::minutes(11));
    for call in [
        end(&other),
        Call::new(Method::Delete, "sessions/"),
        Call::post("auth/logout/?everywhere"),
        Call::post("auth/logout/?everywhere=true"),
    ] {
        one.send(call)
            .await
            .expect_refusal(403, "reauthentication_required");
    }
    two.get("user/").await.expect_ok();

    let wrong = one
        .post("auth/reauthenticate/", &json!({"password": "wrong"}))
        .await;
    wrong.expect_refusal(400, "invalid_fields");
    one.send(end(&other))
        .await
        .expect_refusal(403, "reauthentication_required");

    one.post("auth/reauthenticate/", &json!({"password": PASSWORD}))
        .await
        .expect_ok();
    assert_eq!(one.send(end(&other)).await.status.code, 204);
    // A refresh is no proof; the proof outlives it and then runs out.
    world.pass(TimeDelta::minutes(9));
    one.refresh().await.expect_ok();
    assert_eq!(
        one.send(Call::new(Method::Delete, "sessions/"))
            .await
            .status
            .code,
        204
    );
    world.pass(TimeDelta::minutes(2));
    let call = Call::new(Method::Delete, "sessions/");
    one.send(call)
        .await
        .expect_refusal(403, "reauthentication_required");
}

#[rocket::async_test]
async fn logout_everywhere_ends_all() {
    let world = World::new().await;
    let (one, two) = two_sessions(&world).await;
    let call = Call::post("auth/logout/?everywhere").without_csrf_token();
    one.send(call).await.expect_refusal(403, "csrf_failed");
    let call = Call::post("auth/logout/?everywhere=False");
    one.send(call).await.expect_refusal(400, "bad_request");
    let call = Call::post("auth/logout/?everywhere=perhaps");
    one.send(call).await.expect_refusal(400, "bad_request");
    two.get("user/").await.expect_ok();
    let answer = one.send(Call::post("auth/logout/?everywhere")).await;
    answer.expect_ok();
    assert_eq!(answer.cleared(), ALL);
    two.get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    two.refresh()
        .await
        .expect_refusal(401, "refresh_token_missing");
    one.get("user/")
        .await
        .expect_refusal(401, "not_authenticated");
}

#[rocket::async_test]
async fn what_is_over_is_purged_and_what_is_not_stays() {
    let world = World::new().await;
    let (one, two) = two_sessions(&world).await;
    let ended = two.session_id().await;
    two.log_out().await.expect_ok();
    let week = TimeDelta::days(7);
    world.pass(week);
    assert_eq!(world.accounts().purge(week).await.unwrap(), 0);
    world.pass(TimeDelta::seconds(1));
    assert_eq!(world.accounts().purge(week).await.unwrap(), 1);
    assert_eq!(world.store().find_session(ended).await.unwrap(), None);
    one.refresh().await.expect_ok();
    world.pass(TimeDelta::days(38));
    assert_eq!(world.accounts().purge(week).await.unwrap(), 1);
}
