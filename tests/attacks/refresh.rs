//! Refresh tokens that were stolen, spent, or used by many at once (RFC 9700 section 4.14).

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use accounts_testkit::{Answer, Browser};
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::forge::Token;
use crate::ground::Setup;
use crate::scene::{Scene, sessions_of};

pub(crate) fn add_to(cases: &mut Cases) {
    add!(
        cases,
        "refresh",
        Setup::NoGrace,
        [
            a_spent_token_ends_the_session_for_thief_and_victim,
            the_thief_who_is_first_loses_the_session_to_the_victim,
            a_spent_token_ends_its_session_alone,
            many_refreshes_at_once_have_one_successor,
            many_replays_at_once_all_fail,
            a_spent_access_token_does_not_outlive_the_reuse,
            a_generation_of_long_ago_ends_the_session,
        ]
    );
    add!(
        cases,
        "refresh",
        Setup::ShortGrace,
        [a_spent_token_dies_with_the_grace_however_often_it_is_repeated]
    );
    add!(
        cases,
        "refresh",
        Setup::Plain,
        [
            a_generation_from_the_future_ends_the_session,
            an_access_token_from_the_future_is_refused,
            within_the_grace_a_thief_gets_no_further_than_the_victim,
            a_refresh_does_not_lengthen_a_repeated_token,
            of_two_sessions_the_csrf_cookie_decides,
            no_refresh_without_a_token,
        ]
    );
}

fn generation(answer: &Answer) -> i64 {
    generation_of(&answer.cookie("refresh_token"))
}

fn generation_of(token: &str) -> i64 {
    Token::read(token).claims["gen"].as_i64().unwrap()
}

/// Refreshes, and shows the new tokens so that they are known to have arrived.
fn refreshed(browser: &mut Browser) {
    browser.refresh().expect(200);
    browser.get("user/").expect(200);
}

fn a_spent_token_ends_the_session_for_thief_and_victim(scene: &Scene<'_>) {
    let (mut thief, mut victim) = (scene.victim.clone(), scene.victim.clone());
    refreshed(&mut victim);
    thief.refresh().expect_problem(401, "session_ended");
    victim.get("user/").expect_problem(401, "session_ended");
    victim.refresh().expect(401);
    scene.session_is_over();
}

fn the_thief_who_is_first_loses_the_session_to_the_victim(scene: &Scene<'_>) {
    let (mut thief, mut victim) = (scene.victim.clone(), scene.victim.clone());
    refreshed(&mut thief);
    victim.refresh().expect_problem(401, "session_ended");
    thief.get("user/").expect_problem(401, "session_ended");
    thief.refresh().expect(401);
    scene.session_is_over();
}

fn a_spent_token_ends_its_session_alone(scene: &Scene<'_>) {
    let (mut one, name) = scene.somebody();
    let mut other = scene.browser();
    other.log_in(&name).expect(200);
    let mut thief = one.clone();
    refreshed(&mut one);
    thief.refresh().expect_problem(401, "session_ended");
    assert_eq!(sessions_of(&mut other).len(), 1);
}

/// Runs `send` in as many threads as there are items.
fn at_once<T: Send>(count: usize, send: impl Fn() -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(&send)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// Rotation is one compare-and-set: of many with the same token all get the same generation, and
/// the session goes on from there.
fn many_refreshes_at_once_have_one_successor(scene: &Scene<'_>) {
    let (mut browser, _) = scene.somebody();
    let first = Token::read(browser.cookie("refresh_token").unwrap());
    let first = first.claims["gen"].as_i64().unwrap();
    for round in 1..=5 {
        let answers = at_once(12, || browser.request("POST", "auth/refresh_token/").send());
        for answer in &answers {
            assert_eq!(answer.status, 200, "{answer:#?}");
        }
        let generations: BTreeSet<_> = answers.iter().map(generation).collect();
        assert_eq!(generations, BTreeSet::from([first + round]));
        browser.take(&answers[0]);
        browser.get("user/").expect(200);
    }
}

fn many_replays_at_once_all_fail(scene: &Scene<'_>) {
    let mut victim = scene.victim.clone();
    refreshed(&mut victim);
    let replay = scene.refresh_with(scene.cookie("refresh_token"));
    let answers = at_once(12, || replay.clone().send());
    for answer in answers {
        answer.expect_problem(401, "session_ended");
    }
    victim.get("user/").expect_problem(401, "session_ended");
    scene.session_is_over();
}

fn a_spent_access_token_does_not_outlive_the_reuse(scene: &Scene<'_>) {
    let (mut thief, mut victim) = (scene.victim.clone(), scene.victim.clone());
    let old = scene.cookie("access_token").to_owned();
    refreshed(&mut victim);
    thief.refresh().expect(401);
    scene.refused(scene.read_with(&old), 401, "session_ended");
    scene.session_is_over();
}

/// Signed by us, ahead of the store: the store lost writes, or the key is known to others.
fn a_generation_from_the_future_ends_the_session(scene: &Scene<'_>) {
    let ahead = scene
        .refresh()
        .claiming(|claims| claims["gen"] = json!(5))
        .signed();
    scene.refused(scene.refresh_with(&ahead), 401, "session_ended");
    scene
        .victim
        .clone()
        .get("user/")
        .expect_problem(401, "session_ended");
    scene.session_is_over();
}

fn an_access_token_from_the_future_is_refused(scene: &Scene<'_>) {
    let ahead = scene
        .access()
        .claiming(|claims| claims["gen"] = json!(5))
        .signed();
    scene.refused(scene.read_with(&ahead), 401, "session_ended");
}

/// Not even an answer that was lost explains it.
fn a_generation_of_long_ago_ends_the_session(scene: &Scene<'_>) {
    let mut victim = scene.victim.clone();
    refreshed(&mut victim);
    victim.refresh().expect(200);
    scene.refused(
        scene.refresh_with(scene.cookie("refresh_token")),
        401,
        "session_ended",
    );
    victim.get("user/").expect_problem(401, "session_ended");
    scene.session_is_over();
}

/// Nobody can keep the window open: the grace counts from the first sight of the successor.
fn a_spent_token_dies_with_the_grace_however_often_it_is_repeated(scene: &Scene<'_>) {
    const GRACE: Duration = Duration::from_secs(1);
    /// For a busy machine.
    const AT_MOST: Duration = Duration::from_secs(4);
    let (thief, mut victim) = (scene.victim.clone(), scene.victim.clone());
    victim.refresh().expect(200);
    let before = Instant::now();
    victim.get("user/").expect(200);
    let seen = Instant::now();
    let newest = generation_of(victim.cookie("refresh_token").unwrap());
    loop {
        let asked = Instant::now();
        let answer = thief.clone().refresh();
        if answer.status == 401 {
            assert!(before.elapsed() >= GRACE, "refused too early");
            answer.expect_problem(401, "session_ended");
            break;
        }
        assert_eq!(generation(&answer.expect(200)), newest);
        assert!(asked - seen <= AT_MOST, "a spent token is good still");
        std::thread::sleep(Duration::from_millis(50));
    }
    victim.get("user/").expect_problem(401, "session_ended");
    scene.session_is_over();
}

fn within_the_grace_a_thief_gets_no_further_than_the_victim(scene: &Scene<'_>) {
    let (mut thief, mut victim) = scene.somebody_twice();
    refreshed(&mut victim);
    let newest = victim.cookie("refresh_token").unwrap().to_owned();
    let repeated = generation(&thief.refresh().expect(200));
    assert_eq!(repeated, generation_of(&newest));
    // The newest token is not rotated just after it was made, whoever asks.
    for browser in [&mut thief, &mut victim] {
        let answer = browser.refresh().expect(200);
        let sets: Vec<_> = answer
            .set_cookies()
            .into_iter()
            .map(|cookie| cookie.name)
            .collect();
        assert_eq!(sets, ["access_token"]);
        let access = Token::read(browser.cookie("access_token").unwrap());
        assert_eq!(access.claims["gen"], repeated);
    }
    assert_eq!(victim.cookie("refresh_token"), Some(newest.as_str()));
}

fn a_refresh_does_not_lengthen_a_repeated_token(scene: &Scene<'_>) {
    let (mut one, mut two) = scene.somebody_twice();
    let first = Token::read(&one.refresh().expect(200).cookie("refresh_token"));
    let again = Token::read(&two.refresh().expect(200).cookie("refresh_token"));
    for claim in ["sid", "gen", "iat", "exp"] {
        assert_eq!(first.claims[claim], again.claims[claim], "{claim}");
    }
}

/// Of two sessions' tokens the one counts whose CSRF cookie came along; with both, none does.
fn of_two_sessions_the_csrf_cookie_decides(scene: &Scene<'_>) {
    let (mallory, _) = scene.somebody();
    let both = format!(
        "{}; refresh_token={}",
        scene.cookie("refresh_token"),
        mallory.cookie("refresh_token").unwrap()
    );
    let answer = scene.refresh_with(&both).send().expect(200);
    assert_eq!(answer.json()["user"]["username"], scene.name);
    let both = format!("{both}; csrftoken={}", mallory.cookie("csrftoken").unwrap());
    scene.refused_untouched(scene.refresh_with(&both), 401, "token_not_valid");
    mallory.clone().refresh().expect(200);
}

fn no_refresh_without_a_token(scene: &Scene<'_>) {
    let request = scene.request("POST", "auth/refresh_token/");
    scene.refused_untouched(request, 401, "refresh_token_missing");
    let request = scene
        .request("POST", "auth/refresh_token/")
        .header("Cookie", "refresh_token=");
    scene.refused_untouched(request, 401, "refresh_token_missing");
}

impl Scene<'_> {
    /// Somebody's browser, and a thief's copy of it.
    fn somebody_twice(&self) -> (Browser, Browser) {
        let (browser, _) = self.somebody();
        (browser.clone(), browser)
    }
}
