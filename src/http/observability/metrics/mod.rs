//! Metrics in OpenMetrics text, served where the section `metrics` says; without it nothing is
//! counted here.
//!
//! [`Metrics`] is what is counted as it happens, with atomics; [`State`](collector::State) reads the
//! rest when it is asked for. No label has more values than the code has words: routes are named
//! by their template, never by a path. A new metric is registered in one of the two and stands in
//! `docs/operations.md`.

mod collector;
mod counters;
mod exposition;
mod listener;
mod session_gauge;

pub(in crate::http) use collector::LiveSessions;
pub(in crate::http) use counters::Metrics;
pub(in crate::http) use exposition::{Exposition, routes};
pub(in crate::http) use listener::Listener;
pub(in crate::http) use session_gauge::count_sessions;
