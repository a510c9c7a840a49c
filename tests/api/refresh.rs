//! `POST auth/refresh_token/`.

use std::sync::Arc;

use chrono::TimeDelta;
use rocket_accounts::domain::session::RevocationReason;

use crate::actor::{Browser, Call};
use crate::world::World;

const ALL: [&str; 3] = ["access_token", "csrftoken", "refresh_token"];

#[rocket::async_test]
async fn refresh_rotates_and_renews() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    let before = (
        browser.cookie("access_token"),
        browser.cookie("refresh_token"),
    );
    let csrf = browser.cookie("csrftoken");
    world.pass(TimeDelta::minutes(20));
    assert_eq!(browser.cookie("access_token"), None, "outlived its token");
    browser
        .get("user/")
        .await
        .expect_refusal(401, "not_authenticated");

    let answer = browser.refresh().await;
    answer.expect_ok();
    assert_eq!(answer.body["user"]["username"], "ada");
    let after = (
        browser.cookie("access_token"),
        browser.cookie("refresh_token"),
    );
    assert!(before.0 != after.0 && before.1 != after.1);
    assert_eq!(
        browser.cookie("csrftoken"),
        csrf,
        "the token is the session's"
    );
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn refresh_needs_its_cookie_and_that_of_the_csrf_token() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    browser.forget("access_token");
    let call = Call::post("auth/refresh_token/").without_csrf_token();
    browser.send(call).await.expect_ok();
    browser.refresh().await.expect_ok();

    world
        .browser()
        .refresh()
        .await
        .expect_refusal(401, "refresh_token_missing");
    browser.forget("refresh_token");
    let answer = browser.refresh().await;
    answer.expect_refusal(401, "refresh_token_missing");
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn a_bad_refresh_token_is_refused_and_clears_nothing() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    let access = browser.cookie("access_token").unwrap();
    browser.tamper_with("refresh_token");
    browser
        .refresh()
        .await
        .expect_refusal(401, "token_not_valid");
    // An access token names the session too, and is no refresh token.
    for (bad, code) in [
        (access.as_str(), "token_not_valid"),
        ("garbage", "refresh_token_missing"),
        ("a.b.c", "refresh_token_missing"),
    ] {
        browser.forget("refresh_token");
        browser.plant("refresh_token", bad, "/accounts/auth/");
        browser.refresh().await.expect_refusal(401, code);
    }
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn fifty_refreshes_at_once_leave_one_successor() {
    let world = World::new().await;
    let browser = Arc::new(world.signed_in("ada").await);
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
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    browser
        .send_only(Call::post("auth/refresh_token/"))
        .await
        .expect_ok();
    // The laptop was closed for a week.
    world.pass(TimeDelta::days(7));
    browser.refresh().await.expect_ok();
    browser.get("user/").await.expect_ok();
    browser.refresh().await.expect_ok();
}

#[rocket::async_test]
async fn spent_refresh_token_ends_the_session() {
    let world = World::new().await;
    let victim = world.signed_in("ada").await;
    let thief = victim.copy();
    victim.refresh().await.expect_ok();
    victim.get("user/").await.expect_ok();
    world.pass(TimeDelta::seconds(11));
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
    let world = World::new().await;
    let victim = world.signed_in("ada").await;
    let thief = victim.copy();
    thief.refresh().await.expect_ok();
    thief.get("user/").await.expect_ok();
    world.pass(TimeDelta::minutes(16));
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
    let world = World::new().await;
    let one = world.signed_in("ada").await;
    let (two, three) = (one.copy(), one.copy());
    one.refresh().await.expect_ok();
    // The grace counts from the first use.
    world.pass(TimeDelta::minutes(1));
    one.get("user/").await.expect_ok();
    world.pass(TimeDelta::seconds(10));
    two.refresh().await.expect_ok();
    two.get("user/").await.expect_ok();
    let generation = |browser: &Browser| {
        let token = browser.cookie("refresh_token").unwrap();
        claims(&token)["gen"].clone()
    };
    assert_eq!(generation(&one), generation(&two));
    // The repeat did not lengthen the grace.
    world.pass(TimeDelta::seconds(1));
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
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    let login = browser.cookie("refresh_token");
    let rotated = browser.refresh().await;
    rotated.expect_ok();
    let token = browser.cookie("refresh_token");
    assert_ne!(token, login, "the login's token is rotated at once");

    world.pass(TimeDelta::seconds(7));
    for seconds in [0, 10] {
        world.pass(TimeDelta::seconds(seconds));
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
    world.pass(TimeDelta::seconds(1));
    let answer = browser.refresh().await;
    answer.expect_ok();
    assert_ne!(browser.cookie("refresh_token"), token);
    let sets = |name| answer.all("set-cookie").any(|c| c.starts_with(name));
    assert!(ALL.iter().all(sets));
}

/// An access token that is shown to others alone is never seen here; its refresh token is.
#[rocket::async_test]
async fn a_refresh_counts_as_sight_of_its_token() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    let thief = browser.copy();
    browser.refresh().await.expect_ok();
    world.pass(TimeDelta::seconds(5));
    browser.refresh().await.expect_ok();
    world.pass(TimeDelta::seconds(11));
    thief
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
}

#[rocket::async_test]
async fn sessions_end_by_idleness_and_by_age() {
    let world = World::new().await;
    let idle = world.signed_in("ada").await;
    world.user("bob").await;
    let busy = world.browser();
    busy.log_in("bob").await.expect_ok();
    for _ in 0..3 {
        world.pass(TimeDelta::days(29));
        busy.refresh().await.expect_ok();
    }
    // The last refresh token and its cookie end with the session, on day 90.
    let ends = busy
        .cookies()
        .into_iter()
        .filter(|c| c.name == "refresh_token")
        .count();
    assert_eq!((ends, idle.cookies().len()), (1, 0));
    let kept = busy.cookie("refresh_token").unwrap();
    let csrf = busy.cookie("csrftoken").unwrap();
    world.pass(TimeDelta::days(3));
    assert_eq!(busy.cookie("refresh_token"), None);
    busy.plant("refresh_token", &kept, "/accounts/auth/");
    busy.plant("csrftoken", &csrf, "/");
    let answer = busy.refresh().await;
    answer.expect_refusal_clearing(401, "session_ended", &ALL);
}

#[rocket::async_test]
async fn the_user_is_asked_for_too() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    let ada = world.accounts().find_user("ada").await.unwrap();
    let thief = browser.copy();
    world.accounts().set_active(ada.id, false).await.unwrap();
    browser
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    // Enabling does not bring sessions back.
    world.accounts().set_active(ada.id, true).await.unwrap();
    thief
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);

    browser.log_in("ada").await.expect_ok();
    world.accounts().delete_user(ada.id).await.unwrap();
    browser
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
}

#[rocket::async_test]
async fn a_token_from_the_future_ends_the_session() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    // The store goes back in time: the session as it was before the refresh.
    let ada = world.accounts().find_user("ada").await.unwrap();
    let now = world.accounts().now();
    let session = world
        .store()
        .list_sessions(ada.id, now)
        .await
        .unwrap()
        .remove(0);
    browser.refresh().await.expect_ok();
    world.store().delete_for_user(ada.id).await.unwrap();
    let admission = rocket_accounts::store::Admission {
        cap: 20,
        replaces: None,
    };
    world
        .store()
        .insert_session(&session, admission)
        .await
        .unwrap();

    browser
        .refresh()
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    let session = world
        .store()
        .find_session(session.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(session.revocation.unwrap().reason, RevocationReason::Ahead);
}

#[rocket::async_test]
async fn a_refresh_from_another_site_is_refused() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    let call = Call::post("auth/refresh_token/").header("Origin", "https://evil.example");
    browser.send(call).await.expect_refusal(403, "csrf_failed");
    browser.refresh().await.expect_ok();
}

/// The cookies of the session that is over go, those of another one stay.
#[rocket::async_test]
async fn a_session_that_ended_clears_what_is_its_own() {
    let world = World::new().await;
    let ended = world.signed_in("ada").await;
    ended.copy().log_out().await.expect_ok();
    let bob = world.signed_in("bob").await;

    // Refresh and CSRF cookie of the one, access cookie of the other.
    let mixed = ended.copy();
    mixed.forget("access_token");
    mixed.plant("access_token", &bob.cookie("access_token").unwrap(), "/");
    let answer = mixed.refresh().await;
    answer.expect_refusal_clearing(401, "session_ended", &["csrftoken", "refresh_token"]);
    mixed.get("user/").await.expect_ok();

    // The other way around.
    let mixed = bob.copy();
    mixed.forget("access_token");
    mixed.plant("access_token", &ended.cookie("access_token").unwrap(), "/");
    let answer = mixed.get("user/").await;
    answer.expect_refusal_clearing(401, "session_ended", &["access_token"]);
    mixed.refresh().await.expect_ok();

    ended
        .get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
}

/// Two tabs: one refreshes, the other logs in anew, and the answer to the refresh comes last. The
/// refresh and the CSRF cookie are of one session all the same.
#[rocket::async_test]
async fn a_late_answer_that_keeps_a_token_does_not_part_two_cookies() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    browser.refresh().await.expect_ok();
    let late = browser.send_only(Call::post("auth/refresh_token/")).await;
    assert_eq!(late.expect_ok().all("set-cookie").count(), 1);
    let elsewhere = world.browser();
    let login = elsewhere.log_in("ada").await;
    browser.take(&login);
    browser.take(&late);
    world.pass(TimeDelta::minutes(20));
    browser.refresh().await.expect_ok();
    browser.get("user/").await.expect_ok();
}

/// Values that claim the browser's own session are verified, eight at most.
#[rocket::async_test]
async fn of_many_tokens_of_ones_session_eight_are_looked_at() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    let token = browser.cookie("refresh_token").unwrap();
    let unsigned = &token[..token.len() - 2];
    for (number, code) in [(7, None), (8, Some("token_not_valid"))] {
        let copy = browser.copy();
        for bad in 0..number {
            let bad = format!("{unsigned}_{bad}");
            copy.plant("refresh_token", &bad, "/accounts/");
        }
        let answer = copy.refresh().await;
        match code {
            None => answer.expect_ok(),
            Some(code) => answer.expect_refusal(401, code),
        };
    }
}
