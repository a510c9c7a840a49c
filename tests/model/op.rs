//! What can happen, and how often chance lets it.

use proptest::prelude::*;

use crate::model::IDLE;
use crate::simulation::SKEW;

/// How many tabs there may be.
pub(crate) const TABS: usize = 8;

/// One of the tabs, counted from 0.
pub(crate) type Tab = usize;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Op {
    /// A tab sends a refresh with what is in the jar.
    Start(Tab),
    /// The first so many tabs do, as timers that run off together.
    WakeUp(usize),
    /// The refresh reaches the server.
    Serve(Tab),
    /// The answer reaches the browser and the jar.
    Arrive(Tab),
    /// Request or answer is lost.
    Lose(Tab),
    /// Two tabs' refreshes reach two replicas together; the bits say whose step is next, and the
    /// clock of the second is this many seconds ahead.
    RaceTabs(Tab, Tab, u8, i64),
    /// The browser sends the access token in the jar.
    Access,
    /// The browser is gone and comes back with its jar.
    Crash,
    Logout,
    /// The thief copies the jar.
    Copy,
    ThiefRefresh,
    ThiefAccess,
    /// The thief's refresh and a tab's reach the server together.
    RaceThief(Tab, u8),
    /// A signed token of this generation is presented.
    Guess(i64),
    /// Time passes, in seconds.
    Forward(i64),
    /// The server's clock is set back, in seconds.
    Back(i64),
}

fn tab() -> impl Strategy<Value = Tab> {
    0..TABS
}

fn race() -> impl Strategy<Value = Op> {
    (tab(), tab(), any::<u8>(), 0..=SKEW)
        .prop_map(|(one, other, turns, skew)| Op::RaceTabs(one, other, turns, skew))
}

/// Seconds: mostly of the size of the grace, of the tolerance for a clock that runs backwards, of
/// an access token's life; sometimes of a session's, if it may end.
fn span(may_end: bool) -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => 0..=12_i64,
        2 => 50..=70_i64,
        2 => 850..=950_i64,
        u32::from(may_end) => IDLE - 100..=IDLE + 100,
    ]
}

/// What a browser, its user, the network and the clock do.
pub(crate) fn honest(may_end: bool) -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => tab().prop_map(Op::Start),
        4 => (2..=TABS).prop_map(Op::WakeUp),
        12 => tab().prop_map(Op::Serve),
        12 => tab().prop_map(Op::Arrive),
        2 => tab().prop_map(Op::Lose),
        4 => Just(Op::Access),
        6 => race(),
        1 => Just(Op::Crash),
        4 => span(may_end).prop_map(Op::Forward),
        1 => span(may_end).prop_map(Op::Back),
    ]
}

pub(crate) fn anything() -> impl Strategy<Value = Op> {
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
