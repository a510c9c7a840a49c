//! Sections about running the service: store, cache, proxy, log, metrics.

pub(in crate::config) mod cache;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod database;
pub(in crate::config) mod log;
pub(in crate::config) mod metrics;
pub(in crate::config) mod proxy;
pub(in crate::config) mod store;
