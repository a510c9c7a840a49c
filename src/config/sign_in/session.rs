//! Section `session`: how long sessions live.

use std::time::Duration;

use chrono::TimeDelta;

use crate::config::reader::Reader;
use crate::config::reader::value::in_one_unit;
use rocket_accounts_core::domain::session::SessionPolicy;

/// The default of `session.idle_unremembered`, where `session.idle` is not shorter.
const IDLE_UNREMEMBERED: Duration = Duration::from_hours(12);

/// Session lifetimes.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// Lifetimes, grace and cap.
    pub policy: SessionPolicy,
    /// How long an ended session is kept, for auditing.
    pub keep_ended: TimeDelta,
    /// How often ended sessions are removed.
    pub purge_every: TimeDelta,
}

impl SessionSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let idle = reader.duration("session.idle", "30d", "1m", "400d");
        // Not longer than a `session.idle` that was set before this setting existed.
        let shorter = IDLE_UNREMEMBERED.min(idle.to_std().unwrap_or_default());
        let shorter = in_one_unit(shorter);
        let policy = SessionPolicy {
            idle,
            idle_unremembered: reader.duration("session.idle_unremembered", &shorter, "1m", "400d"),
            absolute: reader.duration("session.absolute", "90d", "1m", "3650d"),
            reuse_grace: reader.duration("session.reuse_grace", "10s", "0s", "60s"),
            cap: reader.number("session.cap", 20, 1..=1000),
        };
        if policy.idle_unremembered > idle {
            reader.problem(
                "session.idle_unremembered",
                "is longer than accounts.session.idle",
                "set it to at most that value",
            );
        }
        if policy.absolute < idle {
            reader.problem(
                "session.absolute",
                "is shorter than accounts.session.idle",
                "set it to at least that value",
            );
        }
        for (key, span) in [
            ("session.idle", idle),
            ("session.idle_unremembered", policy.idle_unremembered),
            ("session.absolute", policy.absolute),
        ] {
            if span.subsec_nanos() != 0 {
                reader.problem(key, "is not whole seconds", "round it");
            }
        }
        Self {
            policy,
            keep_ended: reader.duration("session.keep_ended", "7d", "1h", "3650d"),
            purge_every: reader.duration("session.purge_every", "1h", "1m", "1d"),
        }
    }
}
