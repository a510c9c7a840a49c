//! What refresh tokens mean one after another: tabs at once, lost answers, and tokens that were stolen.

use std::sync::Arc;

use chrono::TimeDelta;
use rocket_accounts::domain::session::RevocationReason;

use crate::support::{Browser, Call, TestApp};

const ALL: [&str; 3] = ["access_token", "csrftoken", "refresh_token"];

#[rocket::async_test]
async fn fifty_refreshes_at_once_leave_one_successor() {
    let app = TestApp::new().await;
    let browser = Arc::new(app.signed_in("ada").await);
    let start = browser.cookie("refresh_token");
    let calls = (0..50).map(|_| {
        let browser = browser.clone();
        tokio::spawn(async move { browser.send_only(Call::post("auth/refresh_token/")).await })
    });
    let mut generations = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        let answer = call.await.unwrap();
        answer.expect_ok();
        let cookie = answer
            .all("set-cookie")
            .find(|c| c.starts_with("refresh_token="));
        generations.push(claims(cookie.unwrap())["gen"].as_i64().unwrap());
    }
    assert!(
        generations.iter().all(|generation| *generation == 2),
        "{generations:?}"
    );
    assert_eq!(
        browser.cookie("refresh_token"),
        start,
        "answers were not kept"
    );
}

/// The claims in `name=header.claims.signature; ..`.
fn claims(cookie: &str) -> serde_json::Value {
    use base64::Engine;
    let part = cookie.split('.').nth(1).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(part)
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[rocket::async_test]
async fn a_lost_answer_loses_no_session() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    browser
        .send_only(Call::post("auth/refresh_token/"))
        .await
        .expect_ok();
    // The laptop was closed for a week.
    app.pass(TimeDelta::days(7));
    browser.refresh().await.expect_ok();
    browser.get("user/").await.expect_ok();
    browser.refresh().await.expect_ok();
}

#[rocket::async_test]
async fn spent_refresh_token_ends_the_session() {
    let app = TestApp::new().await;
    let victim = app.signed_in("ada").await;
    let thief = victim.copy();
    victim.refresh().await.expect_ok();
    victim.get("user/").await.expect_ok();
    app.pass(TimeDelta::seconds(11));
    thief
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    // Committed although the answer was 401.
    victim
        .get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    victim
        .refresh()
        .await
        .expect_refusal(401, "refresh_token_missing");
}

#[rocket::async_test]
async fn the_thief_who_comes_first_is_found_out_by_the_victim() {
    let app = TestApp::new().await;
    let victim = app.signed_in("ada").await;
    let thief = victim.copy();
    thief.refresh().await.expect_ok();
    thief.get("user/").await.expect_ok();
    app.pass(TimeDelta::minutes(16));
    victim
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    thief
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
}

#[rocket::async_test]
async fn within_the_grace_two_tabs_share_a_token() {
    let app = TestApp::new().await;
    let one = app.signed_in("ada").await;
    let (two, three) = (one.copy(), one.copy());
    one.refresh().await.expect_ok();
    // The grace counts from the first use.
    app.pass(TimeDelta::minutes(1));
    one.get("user/").await.expect_ok();
    app.pass(TimeDelta::seconds(10));
    two.refresh().await.expect_ok();
    two.get("user/").await.expect_ok();
    let generation = |browser: &Browser| {
        let token = browser.cookie("refresh_token").unwrap();
        claims(&token)["gen"].clone()
    };
    assert_eq!(generation(&one), generation(&two));
    // The repeat did not lengthen the grace.
    app.pass(TimeDelta::seconds(1));
    three
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    one.get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
}

/// The tabs of a browser that wake up together, one after the other: the first rotates, the others
/// hold what it got, and their answers leave the refresh cookie alone.
#[rocket::async_test]
async fn within_the_grace_the_newest_token_is_kept() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let login = browser.cookie("refresh_token");
    let rotated = browser.refresh().await;
    rotated.expect_ok();
    let token = browser.cookie("refresh_token");
    assert_ne!(token, login, "the login's token is rotated at once");

    app.pass(TimeDelta::seconds(7));
    for seconds in [0, 10] {
        app.pass(TimeDelta::seconds(seconds));
        let access = browser.cookie("access_token");
        let kept = browser.refresh().await;
        kept.expect_ok();
        let set: Vec<_> = kept
            .all("set-cookie")
            .filter_map(|cookie| cookie.split('=').next())
            .collect();
        assert_eq!(set, ["access_token"]);
        assert_eq!(browser.cookie("refresh_token"), token);
        assert_ne!(browser.cookie("access_token"), access);
        let end = "refresh_expires_at";
        assert_eq!(kept.body[end], rotated.body[end]);
        assert_ne!(
            kept.body["access_expires_at"],
            rotated.body["access_expires_at"]
        );
    }
    // Being kept did not move the window.
    app.pass(TimeDelta::seconds(1));
    let answer = browser.refresh().await;
    answer.expect_ok();
    assert_ne!(browser.cookie("refresh_token"), token);
    let sets = |name| answer.all("set-cookie").any(|c| c.starts_with(name));
    assert!(ALL.iter().all(sets));
}

/// An access token that is shown to others alone is never seen here; its refresh token is.
#[rocket::async_test]
async fn a_refresh_counts_as_sight_of_its_token() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let thief = browser.copy();
    browser.refresh().await.expect_ok();
    app.pass(TimeDelta::seconds(5));
    browser.refresh().await.expect_ok();
    app.pass(TimeDelta::seconds(11));
    thief
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
}

#[rocket::async_test]
async fn a_token_from_the_future_ends_the_session() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    // The store goes back in time: the session as it was before the refresh.
    let ada = app.accounts().find_user("ada").await.unwrap();
    let now = app.accounts().now();
    let session = app
        .store()
        .list_sessions(ada.id, now)
        .await
        .unwrap()
        .remove(0);
    browser.refresh().await.expect_ok();
    app.store().delete_for_user(ada.id).await.unwrap();
    let admission = rocket_accounts::store::Admission {
        cap: 20,
        replaces: None,
    };
    app.store()
        .insert_session(&session, admission)
        .await
        .unwrap();

    browser
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    let session = app.store().find_session(session.id).await.unwrap().unwrap();
    assert_eq!(session.revocation.unwrap().reason, RevocationReason::Ahead);
}

/// Two tabs: one refreshes, the other logs in anew, and the answer to the refresh comes last. The
/// refresh and the CSRF cookie are of one session all the same.
#[rocket::async_test]
async fn a_late_answer_that_keeps_a_token_does_not_part_two_cookies() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    browser.refresh().await.expect_ok();
    let late = browser.send_only(Call::post("auth/refresh_token/")).await;
    assert_eq!(late.expect_ok().all("set-cookie").count(), 1);
    let elsewhere = app.browser();
    let login = elsewhere.log_in("ada").await;
    browser.take(&login);
    browser.take(&late);
    app.pass(TimeDelta::minutes(20));
    browser.refresh().await.expect_ok();
    browser.get("user/").await.expect_ok();
}
