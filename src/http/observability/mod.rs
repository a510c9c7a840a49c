//! What operators see: readiness, metrics, traces.

#[cfg(feature = "metrics")]
pub(crate) mod metrics;
#[cfg(not(feature = "metrics"))]
pub(crate) mod no_metrics;
pub(crate) mod readiness;
pub(crate) mod trace;

#[cfg(not(feature = "metrics"))]
pub(crate) use no_metrics as metrics;
