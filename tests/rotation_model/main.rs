//! Refresh token rotation as a game: two tabs of one browser, a thief, lost answers, a crash, a
//! logout and a clock that jumps, in every order that chance finds, against the production code
//! (`AccountStore::refresh`, `Session::admit`, `confirm`) on the in-memory store.
//!
//! Every answer is compared with a model that knows only the history (`model`), and `World`
//! checks after every step what must hold whatever happens. Two more properties do without the
//! model: an honest browser keeps its session, and a stolen session ends.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

mod model;
mod world;
mod yielding;

use proptest::prelude::*;

use model::{Answer, IDLE};
use world::{Op, Tab, World};

fn tab() -> impl Strategy<Value = Tab> {
    prop_oneof![Just(Tab::One), Just(Tab::Two)]
}

/// Seconds: mostly of the size of the grace, of the tolerance for a clock that runs backwards, of
/// an access token's life; sometimes of a session's, if it may end.
fn span(may_end: bool) -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => 0..=12_i64,
        2 => 50..=70_i64,
        2 => 850..=950_i64,
        u32::from(may_end) => IDLE - 100..=IDLE + 100,
    ]
}

/// What a browser, its user, the network and the clock do.
fn honest(may_end: bool) -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => tab().prop_map(Op::Start),
        6 => tab().prop_map(Op::Serve),
        6 => tab().prop_map(Op::Arrive),
        1 => tab().prop_map(Op::Lose),
        4 => Just(Op::Access),
        2 => any::<u8>().prop_map(Op::RaceTabs),
        1 => Just(Op::Crash),
        4 => span(may_end).prop_map(Op::Forward),
        1 => span(may_end).prop_map(Op::Back),
    ]
}

fn anything() -> impl Strategy<Value = Op> {
    prop_oneof![
        24 => honest(true),
        2 => Just(Op::Copy),
        4 => Just(Op::ThiefRefresh),
        3 => Just(Op::ThiefAccess),
        2 => (tab(), any::<u8>()).prop_map(|(tab, turns)| Op::RaceThief(tab, turns)),
        1 => (-1..=30_i64).prop_map(Op::Guess),
        1 => Just(Op::Logout),
    ]
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// See [`World::met_known_limit`].
#[test]
fn a_lost_answer_and_then_two_tabs_at_once_end_an_honest_session() {
    let mut world = World::new(true);
    for op in [
        Op::Start(Tab::One),
        Op::Serve(Tab::One),
        Op::Lose(Tab::One),
        Op::Forward(900),
        Op::Start(Tab::One),
        Op::Start(Tab::Two),
        Op::Serve(Tab::One),
        Op::Arrive(Tab::One),
        Op::Access,
        Op::Serve(Tab::Two),
        Op::Arrive(Tab::Two),
    ] {
        assert!(world.is_signed_in());
        world.step(op);
    }
    assert!(!world.is_signed_in() && world.met_known_limit());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_answer_is_the_one_that_the_history_asks_for(
        ops in prop::collection::vec(anything(), 1..60),
    ) {
        let mut world = World::new(false);
        for op in ops {
            world.step(op);
        }
    }

    /// No lost answer, no second tab, no crash, no clock that is set back by up to a minute ends
    /// a session; only its age does. See `World::step` for what "honest" asks of a browser.
    #[test]
    fn an_honest_browser_keeps_its_session(ops in prop::collection::vec(honest(true), 1..60)) {
        let mut world = World::new(true);
        for op in ops {
            world.step(op);
            prop_assert!(world.is_signed_in() || world.has_expired() || world.met_known_limit());
        }
        prop_assume!(!world.met_known_limit());
        world.step(Op::Crash);
        let answer = world.refresh_at_once(Tab::One);
        prop_assert!(answer.is_some_and(Answer::is_good) || world.has_expired());
    }

    /// Thief and victim go on with the same token. Whoever comes second, after the first one has
    /// used what it got and the grace is over, ends the session for both.
    #[test]
    fn a_stolen_session_ends_when_the_second_party_comes(
        before in prop::collection::vec(honest(false), 0..30),
        thief_first in any::<bool>(),
        rounds in 1..4_usize,
        pause in 11..=100_i64,
    ) {
        let mut world = World::new(true);
        for op in before {
            world.step(op);
        }
        world.step(Op::Crash);
        world.step(Op::Copy);
        world.catch_up();
        prop_assume!(world.is_signed_in() && !world.ends_within(1000));

        let turn = |world: &mut World, is_thief: bool| {
            if is_thief {
                let answer = world.thief_refreshes();
                world.step(Op::ThiefAccess);
                answer
            } else {
                let answer = world.refresh_at_once(Tab::One);
                world.step(Op::Access);
                answer
            }
        };
        for _ in 0..rounds {
            let answer = turn(&mut world, thief_first);
            prop_assert!(answer.is_some_and(Answer::is_good));
            // The grace counts from the rotation, which may be older than this turn.
            world.step(Op::Forward(pause));
        }
        prop_assert_eq!(turn(&mut world, !thief_first), Some(Answer::Reused));
        prop_assert_eq!(world.reuse_events(), 1);
        prop_assert!(!turn(&mut world, thief_first).is_some_and(Answer::is_good));
        prop_assert_eq!(world.reuse_events(), 1);
    }
}
