//! The goal: careless tabs keep their session, and a thief who uses what it gets is found out.

use crate::game::{End, Game, WAKE_UPS};
use crate::rules::{GRACE, Kind};
use crate::settings::{Setting, alone, settings};

/// How many of `runs` honest sessions end.
fn ended(setting: &Setting, kind: Kind, runs: u64) -> usize {
    let ends = (0..runs).map(|seed| Game::new(setting, kind, seed).honest());
    ends.filter(|end| *end != End::None).count()
}

/// One in a thousand may end; none does.
#[test]
fn eight_careless_tabs_and_lost_answers_end_no_session() {
    for setting in &settings() {
        let ended = ended(setting, Kind::Ours, 1_000);
        assert!(ended <= 1, "{}: {ended} of 1000", setting.name);
    }
}

/// What each part of the rule is for: without it, some of these sessions end.
#[test]
fn the_game_ends_sessions_under_the_rules_that_were_rejected() {
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Ours) {
        let ended: Vec<_> = settings()
            .iter()
            .map(|setting| ended(setting, kind, 200))
            .collect();
        let most = ended.iter().max().copied().unwrap_or_default();
        assert!(most > 10, "{}: {ended:?}", kind.name());
    }
}

#[test]
fn a_thief_who_uses_a_stolen_token_is_found_out() {
    let setting = alone();
    for seed in 0..1_000 {
        let end = Game::new(&setting, Kind::Ours, seed).stolen();
        let End::At(wake_ups) = end else {
            panic!("after {WAKE_UPS} wake-ups the thief is there still, seed {seed}");
        };
        assert!(wake_ups <= 4, "{wake_ups}, seed {seed}");
    }
}

/// However often it is presented meanwhile.
#[test]
fn a_spent_token_lives_as_long_as_the_grace_and_no_repeat_lengthens_it() {
    for seed in 0..100 {
        let lives = Game::new(&alone(), Kind::Ours, seed).spent_token_lives();
        assert!(lives <= GRACE + 1_000, "{lives} ms, seed {seed}");
    }
}
