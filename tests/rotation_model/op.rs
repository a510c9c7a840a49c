//! What can happen, and how often chance lets it.

use proptest::prelude::*;

use crate::model::IDLE;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    One,
    Two,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Op {
    /// A tab sends a refresh with what is in the jar.
    Start(Tab),
    /// Both do, as two timers that run off together.
    StartBoth,
    /// The refresh reaches the server.
    Serve(Tab),
    /// The answer reaches the browser and the jar.
    Arrive(Tab),
    /// Request or answer is lost.
    Lose(Tab),
    /// Both tabs' refreshes reach the server together; the bits say whose step is next.
    RaceTabs(u8),
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
    /// Somebody presents a signed token of this generation.
    Guess(i64),
    /// Time passes, in seconds.
    Forward(i64),
    /// The server's clock is set back, in seconds.
    Back(i64),
}

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
pub(crate) fn honest(may_end: bool) -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => tab().prop_map(Op::Start),
        3 => Just(Op::StartBoth),
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
