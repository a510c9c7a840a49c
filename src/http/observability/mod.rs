//! What operators see: readiness, metrics, traces.

pub(crate) mod metrics;
pub(crate) mod readiness;
pub(crate) mod trace;
