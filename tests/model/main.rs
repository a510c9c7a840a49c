//! Refresh token rotation as a game: two to eight tabs of one browser, two replicas, a thief, lost
//! and slow answers, a crash, a logout and a clock that jumps, in every order that chance finds,
//! against the production code (`AccountStore::refresh`, `Session::admit`, `confirm`) on the
//! in-memory store.
//!
//! `Server` checks after every step what must hold whatever happens, and every answer is compared
//! with a model that knows only the history. Two more properties do without the model: an honest
//! browser keeps its session, and a stolen session ends. What `cargo bench --bench wake_ups`
//! measures is held here to its goal.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

#[path = "../../benches/wake_ups/game.rs"]
mod game;
mod goal;
mod model;
mod op;
#[path = "../../benches/wake_ups/rules.rs"]
mod rules;
mod server;
#[path = "../../benches/wake_ups/settings.rs"]
mod settings;
mod simulation;
mod yielding;

use proptest::prelude::*;

use model::{Answer, GRACE};
use op::{Op, anything, honest};
use simulation::{SKEW, Simulation};

fn config() -> ProptestConfig {
    ProptestConfig {
        // `PROPTEST_CASES` asks for more.
        cases: ProptestConfig::default().cases.max(1000),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Five tabs, of which the first three are enough: the answer of a rotation was lost, and later
/// all come at once.
#[test]
fn a_lost_answer_and_then_many_tabs_at_once_end_nothing() {
    let mut simulation = Simulation::honest();
    simulation.refresh_at_once(0);
    for op in [
        Op::Forward(900),
        Op::Start(0),
        Op::Serve(0),
        Op::Lose(0),
        Op::Forward(900),
        Op::WakeUp(4),
        Op::Serve(0),
        Op::Arrive(0),
        // With what the first one got, which no request has presented yet.
        Op::Start(4),
        Op::Serve(4),
        Op::Serve(1),
        Op::Arrive(4),
        Op::Access,
        Op::Serve(2),
        Op::Forward(3),
        Op::Serve(3),
        Op::Arrive(3),
        Op::Arrive(1),
        Op::Arrive(2),
    ] {
        simulation.step(op);
        assert!(simulation.is_signed_in(), "{op:?}");
    }
    simulation.step(Op::Forward(900));
    assert_eq!(simulation.refresh_at_once(0), Some(Answer::Rotated(4)));
}

/// The one thief that reuse detection does not find: it rotates ahead, and leaves what it gets
/// alone until the victim has used it. That looks like an answer that was lost.
#[test]
fn a_thief_who_never_uses_what_it_rotated_first_stays_hidden() {
    let mut simulation = Simulation::honest();
    simulation.step(Op::Copy);
    for _ in 0..10 {
        simulation.step(Op::Forward(450));
        let ahead = simulation.thief_refreshes();
        assert!(matches!(ahead, Some(Answer::Rotated(_))), "{ahead:?}");
        simulation.step(Op::Forward(450));
        let repeated = simulation.refresh_at_once(0);
        assert!(
            matches!(repeated, Some(Answer::Repeated(_))),
            "{repeated:?}"
        );
        simulation.step(Op::Access);
    }
    assert_eq!(simulation.reuse_events(), 0);
    // It is found out when it uses it once before the victim does.
    simulation.step(Op::Forward(450));
    simulation.thief_refreshes();
    simulation.step(Op::ThiefAccess);
    simulation.step(Op::Forward(450));
    assert_eq!(simulation.refresh_at_once(0), Some(Answer::Reused));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_answer_is_the_one_that_the_history_asks_for(
        ops in prop::collection::vec(anything(), 1..60),
    ) {
        let mut simulation = Simulation::wild();
        for op in ops {
            simulation.step(op);
        }
    }

    /// No lost or late answer, no further tab, no crash, no clock that is set back by up to a
    /// minute ends a session; only its age does. See `Simulation::step` for what "honest" asks of a
    /// browser.
    #[test]
    fn an_honest_browser_keeps_its_session(ops in prop::collection::vec(honest(true), 1..120)) {
        let mut simulation = Simulation::honest();
        for op in ops {
            simulation.step(op);
            prop_assert!(simulation.is_signed_in() || simulation.has_expired());
        }
        simulation.step(Op::Crash);
        let answer = simulation.refresh_at_once(0);
        prop_assert!(answer.is_some_and(Answer::is_good) || simulation.has_expired());
    }

    /// Thief and victim go on with the same token. The second to present it, after the first one has
    /// used what it got and the grace is over, ends the session for both.
    #[test]
    fn a_stolen_session_ends_when_the_second_party_comes(
        before in prop::collection::vec(honest(false), 0..30),
        thief_first in any::<bool>(),
        rounds in 1..4_usize,
        pause in 11..=100_i64,
    ) {
        let mut simulation = Simulation::honest();
        for op in before {
            simulation.step(op);
        }
        simulation.step(Op::Crash);
        simulation.step(Op::Copy);
        simulation.catch_up();
        simulation.step(Op::Forward(GRACE + SKEW + 1));
        prop_assume!(simulation.is_signed_in() && !simulation.ends_within(1000));

        let turn = |simulation: &mut Simulation, is_thief: bool| {
            if is_thief {
                let answer = simulation.thief_refreshes();
                simulation.step(Op::ThiefAccess);
                answer
            } else {
                let answer = simulation.refresh_at_once(0);
                simulation.step(Op::Access);
                answer
            }
        };
        for _ in 0..rounds {
            let answer = turn(&mut simulation, thief_first);
            prop_assert!(answer.is_some_and(Answer::is_good));
            // The grace counts from the first use of what was handed out, in this turn.
            simulation.step(Op::Forward(pause));
        }
        prop_assert_eq!(turn(&mut simulation, !thief_first), Some(Answer::Reused));
        prop_assert_eq!(simulation.reuse_events(), 1);
        prop_assert!(!turn(&mut simulation, thief_first).is_some_and(Answer::is_good));
        prop_assert_eq!(simulation.reuse_events(), 1);
    }
}
