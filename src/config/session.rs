//! Section `session`: how long sessions live.

use chrono::TimeDelta;

use super::reader::Reader;
use crate::domain::session::SessionPolicy;

/// Session lifetimes.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// Lifetimes, grace and cap.
    pub policy: SessionPolicy,
    /// An ended session is kept this long, for the record.
    pub keep_ended: TimeDelta,
    /// Ended sessions are removed this often.
    pub purge_every: TimeDelta,
}

impl SessionSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let policy = SessionPolicy {
            idle: reader.span("session.idle", "30d", "1m", "400d"),
            absolute: reader.span("session.absolute", "90d", "1m", "3650d"),
            reuse_grace: reader.span("session.reuse_grace", "10s", "0s", "60s"),
            cap: reader.number("session.cap", 20, 1..=1000),
        };
        if policy.absolute < policy.idle {
            reader.problem(
                "session.absolute",
                "is shorter than accounts.session.idle",
                "make it at least as long",
            );
        }
        if policy.idle.subsec_nanos() != 0 || policy.absolute.subsec_nanos() != 0 {
            reader.problem("session.idle", "is not whole seconds", "round it");
        }
        Self {
            policy,
            keep_ended: reader.span("session.keep_ended", "7d", "1h", "3650d"),
            purge_every: reader.span("session.purge_every", "1h", "1m", "1d"),
        }
    }

    /// The end by idleness: also the longest lifetime of a refresh token.
    #[must_use]
    pub fn idle(&self) -> TimeDelta {
        self.policy.idle
    }
}
