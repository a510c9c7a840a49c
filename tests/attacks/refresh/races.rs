//! Many that use one token at once.

use std::collections::BTreeSet;

use super::{generation, refreshed};
use crate::attack::Attack;
use crate::forge::Token;

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
pub(super) fn many_refreshes_at_once_have_one_successor(attack: &Attack<'_>) {
    let (mut browser, _) = attack.other_user();
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

pub(super) fn many_replays_at_once_all_fail(attack: &Attack<'_>) {
    let mut victim = attack.victim.clone();
    refreshed(&mut victim);
    let replay = attack.refresh_with(attack.cookie("refresh_token"));
    let answers = at_once(12, || replay.clone().send());
    for answer in answers {
        answer.expect_problem(401, "session_ended");
    }
    victim.get("user/").expect_problem(401, "session_ended");
    attack.session_is_over();
}
