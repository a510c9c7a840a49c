//! Refresh tokens that were stolen, spent, or used by many at once (RFC 9700 section 4.14).

mod races;

use std::time::{Duration, Instant};

use accounts_testkit::{Answer, Browser};
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::attack::{Attack, sessions_of};
use crate::forge::Token;
use crate::target::Setup;
use races::{many_refreshes_at_once_have_one_successor, many_replays_at_once_all_fail};

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

fn a_spent_token_ends_the_session_for_thief_and_victim(attack: &Attack<'_>) {
    let (mut thief, mut victim) = (attack.victim.clone(), attack.victim.clone());
    refreshed(&mut victim);
    thief.refresh().expect_problem(401, "session_ended");
    victim.get("user/").expect_problem(401, "session_ended");
    victim.refresh().expect(401);
    attack.session_is_over();
}

fn the_thief_who_is_first_loses_the_session_to_the_victim(attack: &Attack<'_>) {
    let (mut thief, mut victim) = (attack.victim.clone(), attack.victim.clone());
    refreshed(&mut thief);
    victim.refresh().expect_problem(401, "session_ended");
    thief.get("user/").expect_problem(401, "session_ended");
    thief.refresh().expect(401);
    attack.session_is_over();
}

fn a_spent_token_ends_its_session_alone(attack: &Attack<'_>) {
    let (mut one, name) = attack.other_user();
    let mut other = attack.browser();
    other.log_in(&name).expect(200);
    let mut thief = one.clone();
    refreshed(&mut one);
    thief.refresh().expect_problem(401, "session_ended");
    assert_eq!(sessions_of(&mut other).len(), 1);
}

fn a_spent_access_token_does_not_outlive_the_reuse(attack: &Attack<'_>) {
    let (mut thief, mut victim) = (attack.victim.clone(), attack.victim.clone());
    let old = attack.cookie("access_token").to_owned();
    refreshed(&mut victim);
    thief.refresh().expect(401);
    attack.refused(attack.read_with(&old), 401, "session_ended");
    attack.session_is_over();
}

/// Signed by us, ahead of the store: the store lost writes, or the key is known to others.
fn a_generation_from_the_future_ends_the_session(attack: &Attack<'_>) {
    let ahead = attack
        .refresh()
        .claiming(|claims| claims["gen"] = json!(5))
        .signed();
    attack.refused(attack.refresh_with(&ahead), 401, "session_ended");
    attack
        .victim
        .clone()
        .get("user/")
        .expect_problem(401, "session_ended");
    attack.session_is_over();
}

fn an_access_token_from_the_future_is_refused(attack: &Attack<'_>) {
    let ahead = attack
        .access()
        .claiming(|claims| claims["gen"] = json!(5))
        .signed();
    attack.refused(attack.read_with(&ahead), 401, "session_ended");
}

/// Not even an answer that was lost explains it.
fn a_generation_of_long_ago_ends_the_session(attack: &Attack<'_>) {
    let mut victim = attack.victim.clone();
    refreshed(&mut victim);
    victim.refresh().expect(200);
    attack.refused(
        attack.refresh_with(attack.cookie("refresh_token")),
        401,
        "session_ended",
    );
    victim.get("user/").expect_problem(401, "session_ended");
    attack.session_is_over();
}

/// The window cannot be kept open: the grace counts from the first sight of the successor.
fn a_spent_token_dies_with_the_grace_however_often_it_is_repeated(attack: &Attack<'_>) {
    const GRACE: Duration = Duration::from_secs(1);
    /// For a busy machine.
    const AT_MOST: Duration = Duration::from_secs(4);
    let (thief, mut victim) = (attack.victim.clone(), attack.victim.clone());
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
    attack.session_is_over();
}

fn within_the_grace_a_thief_gets_no_further_than_the_victim(attack: &Attack<'_>) {
    let (mut thief, mut victim) = attack.somebody_twice();
    refreshed(&mut victim);
    let newest = victim.cookie("refresh_token").unwrap().to_owned();
    let repeated = generation(&thief.refresh().expect(200));
    assert_eq!(repeated, generation_of(&newest));
    // The newest token is not rotated just after it was made, by any client.
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

fn a_refresh_does_not_lengthen_a_repeated_token(attack: &Attack<'_>) {
    let (mut one, mut two) = attack.somebody_twice();
    let first = Token::read(&one.refresh().expect(200).cookie("refresh_token"));
    let again = Token::read(&two.refresh().expect(200).cookie("refresh_token"));
    for claim in ["sid", "gen", "iat", "exp"] {
        assert_eq!(first.claims[claim], again.claims[claim], "{claim}");
    }
}

/// Of two sessions' tokens the one counts whose CSRF cookie came along; with both, none does.
fn of_two_sessions_the_csrf_cookie_decides(attack: &Attack<'_>) {
    let (mallory, _) = attack.other_user();
    let both = format!(
        "{}; refresh_token={}",
        attack.cookie("refresh_token"),
        mallory.cookie("refresh_token").unwrap()
    );
    let answer = attack.refresh_with(&both).send().expect(200);
    assert_eq!(answer.json()["user"]["username"], attack.name);
    let both = format!("{both}; csrftoken={}", mallory.cookie("csrftoken").unwrap());
    attack.refused_untouched(attack.refresh_with(&both), 401, "token_not_valid");
    mallory.clone().refresh().expect(200);
}

fn no_refresh_without_a_token(attack: &Attack<'_>) {
    let request = attack.request("POST", "auth/refresh_token/");
    attack.refused_untouched(request, 401, "refresh_token_missing");
    let request = attack
        .request("POST", "auth/refresh_token/")
        .header("Cookie", "refresh_token=");
    attack.refused_untouched(request, 401, "refresh_token_missing");
}

impl Attack<'_> {
    /// The browser of another user, and a thief's copy of it.
    fn somebody_twice(&self) -> (Browser, Browser) {
        let (browser, _) = self.other_user();
        (browser.clone(), browser)
    }
}
