//! What runs beside the requests, from liftoff until the shutdown.

pub(super) mod announce_keys;
pub(super) mod coherence;
pub(super) mod purge;
