//! I7 and I8: what trouble looks like from outside, and when it is over.

use super::History;
use crate::journal::{Answered, Asked, Exchange, Hits};

/// The longest `Retry-After` of a 503, in seconds.
const RETRY_AFTER_MAX: u64 = 5;

/// Whether a request was not served, through no fault of its own.
pub(super) fn has_failed(exchange: &Exchange) -> bool {
    match exchange.status() {
        Some(status) => status >= 500,
        None => true,
    }
}

/// I7: trouble is 503 with a short `Retry-After`, in time, and touches no cookie. (That it is
/// never a 401 is judged with the sessions.)
pub(super) fn of_trouble(history: &History<'_>, found: &mut Vec<String>) {
    for exchange in &history.exchanges {
        if let Some(wrong) = wrong_with(history, exchange) {
            found.push(format!("I7 {wrong}: {exchange:?}"));
        }
    }
}

fn wrong_with(history: &History<'_>, exchange: &Exchange) -> Option<&'static str> {
    let hit = |by: Hits| {
        let mut faults = history.faults.iter();
        faults.any(|fault| {
            fault.hits == by && fault.start <= exchange.end && exchange.start <= fault.end
        })
    };
    let whole = match &exchange.answered {
        Answered::Whole(whole) => whole,
        _ if hit(Hits::Kills) => return None,
        _ => return Some("no answer"),
    };
    if !hit(Hits::Freezes) && exchange.end - exchange.start > history.rules.deadline {
        return Some("an answer came late");
    }
    if whole.status == 503 {
        let is_short = |seconds| (1..=RETRY_AFTER_MAX).contains(&seconds);
        if !whole.retry_after.is_some_and(is_short) {
            return Some("a 503 without a short Retry-After");
        }
        if whole.code.as_deref() != Some("unavailable") {
            return Some("a 503 with another code");
        }
        if !whole.sets.is_empty() {
            return Some("a 503 that sets a cookie");
        }
    }
    let is_final = whole.status == 401 || matches!(exchange.asked, Asked::LogOut { .. });
    if !whole.clears.is_empty() && (!is_final || whole.status == 503) {
        return Some("a cookie was cleared");
    }
    let expected: &[u16] = match &exchange.asked {
        Asked::Register { .. } => &[201, 409, 503],
        Asked::LogIn { .. } | Asked::Refresh { .. } | Asked::User { .. } => &[200, 401, 503],
        // The current password may have been replaced by a change that was never answered.
        Asked::ChangePassword { .. } => &[200, 400, 401, 503],
        Asked::LogOut { .. } => &[200, 503],
        Asked::EndOthers { .. } => &[204, 401, 503],
    };
    // Two tabs may hold the cookies of two sessions for a moment.
    let is_mixed = exchange.is_shared && whole.status == 403;
    (!expected.contains(&whole.status) && !is_mixed).then_some("an unexpected status")
}

/// I8: when a fault has been over for a while, everything is served.
pub(super) fn after_trouble(history: &History<'_>, found: &mut Vec<String>) {
    for (number, fault) in history.faults.iter().enumerate() {
        let from = fault.end + history.rules.recovery;
        let next = history.faults.get(number + 1).map(|next| next.start);
        let until = next.or(history.settled).unwrap_or(u64::MAX);
        if until <= from {
            continue;
        }
        let calm = |exchange: &&&Exchange| exchange.start >= from && exchange.end < until;
        let calm: Vec<_> = history.exchanges.iter().filter(calm).collect();
        if calm.is_empty() {
            found.push(format!("I8 nobody asked after {fault:?}"));
        }
        for exchange in calm {
            if has_failed(exchange) {
                found.push(format!("I8 {exchange:?} failed after {fault:?}"));
            }
        }
    }
}
