//! Failures in a row: counted before the guess, by one step.

use std::sync::Arc;

use chrono::TimeDelta;

use super::Throttle;
use super::fixture::{RACERS, at, at_micros, count, race};
use rocket_accounts_core::domain::throttle::{Spacing, ThrottleKey};
use rocket_accounts_core::store::Guess;

const ADA: ThrottleKey = ThrottleKey([0xAD; 32]);
const BOB: ThrottleKey = ThrottleKey([0xB0; 32]);

/// Ten for nothing, then 1 s to 15 min.
const SPACING: Spacing = Spacing {
    free: 10,
    first: TimeDelta::seconds(1),
    most: TimeDelta::minutes(15),
};

async fn guess(store: &Throttle, key: &ThrottleKey, second: i64) -> Guess {
    let guess = store.count_guess(key, &SPACING, at(second)).await;
    guess.expect("a guess is judged")
}

fn counted(failures: u32) -> Guess {
    Guess::Counted { failures }
}

fn too_soon(seconds: i64) -> Guess {
    let wait = TimeDelta::seconds(seconds);
    Guess::TooSoon { wait }
}

async fn fail(store: &Throttle, key: &ThrottleKey, times: u32) {
    for failures in 1..=times {
        assert_eq!(guess(store, key, 0).await, counted(failures));
    }
}

/// The clock was a day ahead when the failures were counted, and was put right: the owner does not
/// wait for a day. A minute is what clocks of replicas may differ by, and buys no guess.
pub async fn a_clock_that_was_ahead_shuts_nobody_out(store: Throttle) {
    const DAY: i64 = 86_400;
    for _ in 0..10 {
        guess(&store, &ADA, DAY).await;
    }
    assert_eq!(guess(&store, &ADA, DAY).await, too_soon(1));
    assert_eq!(guess(&store, &ADA, DAY - 60).await, too_soon(61));
    assert_eq!(guess(&store, &ADA, 0).await, counted(11));
    assert_eq!(guess(&store, &ADA, 0).await, too_soon(2));
    assert_eq!(guess(&store, &ADA, 2).await, counted(12));
}

/// The first ones, however fast.
pub async fn the_first_guesses_need_no_wait(store: Throttle) {
    fail(&store, &ADA, 10).await;
    assert_eq!(guess(&store, &ADA, 0).await, too_soon(1));
}

/// And what comes too soon makes it no longer.
pub async fn the_wait_doubles_with_each_failure(store: Throttle) {
    fail(&store, &ADA, 10).await;
    let mut now = 0;
    for (failures, wait) in [(11, 1), (12, 2), (13, 4), (14, 8), (15, 16)] {
        for early in 0..3.min(wait) {
            let rest = too_soon(wait - early);
            assert_eq!(guess(&store, &ADA, now + early).await, rest);
        }
        now += wait;
        assert_eq!(guess(&store, &ADA, now).await, counted(failures));
    }
    let just_before = at_micros((now + 32) * 1_000_000 - 1);
    let guess = store.count_guess(&ADA, &SPACING, just_before).await;
    let wait = TimeDelta::microseconds(1);
    assert_eq!(guess.expect("judges"), Guess::TooSoon { wait });
}

/// The account is slowed down and never locked.
pub async fn the_wait_has_an_upper_bound(store: Throttle) {
    fail(&store, &ADA, 10).await;
    let mut now = 0;
    for failures in 11..=40 {
        now += 900;
        assert_eq!(guess(&store, &ADA, now).await, counted(failures));
    }
    assert_eq!(guess(&store, &ADA, now).await, too_soon(900));
}

/// Also in the middle of a wait.
pub async fn what_is_forgotten_starts_anew(store: Throttle) {
    assert!(!store.forget_guesses(&ADA).await.expect("forgets"));
    fail(&store, &ADA, 10).await;
    assert_eq!(guess(&store, &ADA, 0).await, too_soon(1));
    assert!(store.forget_guesses(&ADA).await.expect("forgets"));
    assert!(!store.forget_guesses(&ADA).await.expect("forgets"));
    fail(&store, &ADA, 10).await;
}

/// Neither counted nor forgotten with another.
pub async fn each_key_counts_for_itself(store: Throttle) {
    fail(&store, &ADA, 10).await;
    fail(&store, &BOB, 10).await;
    assert!(store.forget_guesses(&ADA).await.expect("forgets"));
    assert_eq!(guess(&store, &BOB, 0).await, too_soon(1));
    assert_eq!(guess(&store, &ADA, 0).await, counted(1));
}

/// By the last guess that was counted. Before means before; never more than asked for.
pub async fn keys_without_a_guess_since_are_purged(store: Throttle) {
    for number in 0..5 {
        guess(&store, &ThrottleKey([number; 32]), 0).await;
    }
    guess(&store, &ADA, 99).await;
    guess(&store, &BOB, 0).await;
    guess(&store, &BOB, 100).await;
    let mut removed = Vec::new();
    for (before, limit) in [(0, 10), (100, 0), (100, 4), (100, 4), (100, 4)] {
        let purged = store.purge_guesses(at(before), limit).await;
        removed.push(purged.expect("purges"));
    }
    assert_eq!(removed, [0, 0, 4, 2, 0]);
    assert_eq!(guess(&store, &ADA, 100).await, counted(1));
    assert_eq!(guess(&store, &BOB, 100).await, counted(3));
}

/// Parallel guesses are all counted, and no more get through than one after another would.
pub async fn guesses_at_once_are_all_counted(store: Throttle) {
    let step = |now| {
        move |store: Arc<dyn rocket_accounts_core::store::ThrottleStore>, _| async move {
            guess(&store, &ADA, now).await
        }
    };
    let mut answers = race(&store, step(0)).await;
    assert_eq!(
        count(&answers, |guess| *guess == too_soon(1)),
        RACERS - 10,
        "{answers:?}"
    );
    answers.retain(|guess| matches!(guess, Guess::Counted { .. }));
    for failures in 1..=10 {
        let times = count(&answers, |guess| *guess == counted(failures));
        assert_eq!(times, 1, "{failures} in {answers:?}");
    }
    for (now, wait) in [(1, 2), (3, 4), (7, 8)] {
        let answers = race(&store, step(now)).await;
        let let_in = count(&answers, |guess| matches!(guess, Guess::Counted { .. }));
        assert_eq!(let_in, 1, "{answers:?}");
        let refused = count(&answers, |guess| *guess == too_soon(wait));
        assert_eq!(refused, RACERS - 1, "{answers:?}");
    }
}
