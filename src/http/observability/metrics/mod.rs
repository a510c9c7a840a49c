//! Metrics in OpenMetrics text, served as section `metrics` configures; without it nothing is
//! counted.
//!
//! [`Metrics`] counts events as they happen, with atomics; [`State`](collector::State) reads the
//! rest at each scrape. The values of a label are bounded by the code: routes are named by their
//! template, never by a path. A new metric is registered in one of the two and documented in
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
