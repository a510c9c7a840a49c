//! Refresh token rotation as a game: two tabs of one browser, a thief, lost answers, a crash, a
//! logout and a clock that jumps, in every order that chance finds, against the production code
//! (`AccountStore::refresh`, `Session::admit`, `confirm`) on the in-memory store.
//!
//! `Server` checks after every step what must hold whatever happens, and every answer is compared
//! with a model that knows only the history. Two more properties do without the model: an honest
//! browser keeps its session, and a stolen session ends.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

mod model;
mod op;
mod server;
mod world;
mod yielding;

use proptest::prelude::*;

use model::Answer;
use op::{Op, Tab, anything, honest};
use world::World;

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
    let mut world = World::honest();
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
        let mut world = World::wild();
        for op in ops {
            world.step(op);
        }
    }

    /// No lost answer, no second tab, no crash, no clock that is set back by up to a minute ends
    /// a session; only its age does. See `World::step` for what "honest" asks of a browser.
    #[test]
    fn an_honest_browser_keeps_its_session(ops in prop::collection::vec(honest(true), 1..60)) {
        let mut world = World::honest();
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
        let mut world = World::honest();
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
