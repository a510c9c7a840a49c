//! What can happen on the way to the server.

use std::time::Duration;

use accounts_testkit::Wire;

use super::{LONG, SHORT, Setup};
use crate::effect::Effect;

pub(super) fn slow_network(setup: &mut Setup) {
    // There and back again at least once.
    let latency = Duration::from_millis(60);
    setup.on_the_wire(Wire::Latency(latency), SHORT, Effect::Slow(2 * latency));
}

pub(super) fn narrow_network(setup: &mut Setup) {
    // A refresh or a login moves some 600 bytes at the least.
    let slow = Effect::Slow(Duration::from_millis(100));
    setup.on_the_wire(Wire::Bandwidth(4_000), SHORT, slow);
}

pub(super) fn stalled_network(setup: &mut Setup) {
    setup.on_the_wire(Wire::Stall, LONG, Effect::Unavailable);
}

pub(super) fn forgotten_connections(setup: &mut Setup) {
    setup.on_the_wire(Wire::Blackhole, LONG, Effect::Unavailable);
}

pub(super) fn cut_network(setup: &mut Setup) {
    setup.on_the_wire(Wire::Cut, SHORT, Effect::Unavailable);
}
