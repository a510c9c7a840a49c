//! The tables. Entities are turned into domain types before they leave `store/sea`.

pub(super) mod ring;
pub(super) mod session;
pub(super) mod throttle;
pub(super) mod user;

use chrono::{DateTime, SubsecRound, Utc};

/// Returns the instant as both databases keep it. Postgres has microseconds; SQLite would keep
/// more, and two stores would differ.
pub(super) fn micros(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}
