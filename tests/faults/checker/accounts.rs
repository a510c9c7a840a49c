//! I4, I5, I6 and I11: what becomes of accounts and passwords.

use std::collections::{BTreeMap, BTreeSet};

use super::History;
use crate::journal::{Asked, At, Exchange, Record};

/// I4 and I5: what was acknowledged stays, what it replaced is gone, and what was not answered is
/// one or the other in the end.
pub(super) fn passwords(history: &History<'_>, found: &mut Vec<String>) {
    let mut by_user = BTreeMap::<&str, Vec<&Exchange>>::new();
    for exchange in &history.exchanges {
        by_user.entry(&exchange.user).or_default().push(exchange);
    }
    for (user, exchanges) in by_user {
        let set = |exchange: &&&Exchange| version_set(exchange).is_some();
        let sets: Vec<_> = exchanges.iter().filter(set).copied().collect();
        let acknowledged = |exchange: &&&Exchange| exchange.is_done();
        for made in sets.iter().filter(acknowledged) {
            check_acknowledged(made, &exchanges, &sets, found);
        }
        if let Some(settled) = history.settled {
            check_settled(user, settled, &exchanges, &sets, found);
        }
    }
}

/// The version of the password that it sets.
fn version_set(exchange: &Exchange) -> Option<u32> {
    match exchange.asked {
        Asked::Register { password } => Some(password),
        Asked::ChangePassword { new, .. } => Some(new),
        _ => None,
    }
}

fn login(exchange: &Exchange) -> Option<(u32, bool)> {
    match (&exchange.asked, exchange.status()) {
        (Asked::LogIn { password }, Some(200)) => Some((*password, true)),
        (Asked::LogIn { password }, Some(401)) => Some((*password, false)),
        _ => None,
    }
}

fn check_acknowledged(
    made: &Exchange,
    exchanges: &[&Exchange],
    sets: &[&Exchange],
    found: &mut Vec<String>,
) {
    let version = version_set(made);
    for later in exchanges.iter().filter(|later| later.start > made.end) {
        let Some((tried, works)) = login(later) else {
            continue;
        };
        if works && matches!(made.asked, Asked::ChangePassword { .. }) && Some(tried) < version {
            found.push(format!(
                "I5 an old password works: {later:?} after {made:?}"
            ));
        }
        // Whatever was asked for since may have replaced it.
        let replaced = |other: &&&Exchange| {
            let is_change = matches!(other.asked, Asked::ChangePassword { .. });
            is_change && version_set(other) > version && other.start < later.end
        };
        if !works && Some(tried) == version && !sets.iter().any(|other| replaced(&other)) {
            found.push(format!("I4 a password is lost: {later:?} after {made:?}"));
        }
    }
}

/// In the end exactly one password works, or none if the account was never acknowledged.
fn check_settled(
    user: &str,
    settled: At,
    exchanges: &[&Exchange],
    sets: &[&Exchange],
    found: &mut Vec<String>,
) {
    let last = exchanges
        .iter()
        .filter(|exchange| exchange.start >= settled);
    let tries: Vec<_> = last.filter_map(|exchange| login(exchange)).collect();
    let works = tries.iter().filter(|(_, works)| *works).count();
    let exists = sets.iter().any(|made| made.is_done());
    let seen: BTreeSet<_> = tries.iter().map(|(version, _)| *version).collect();
    let asked: BTreeSet<_> = sets.iter().filter_map(|made| version_set(made)).collect();
    if !asked.is_subset(&seen) {
        found.push(format!("I4 not every password of {user} was tried at last"));
    }
    if works > 1 || (exists && works == 0) {
        found.push(format!("I4 {works} passwords of {user} work: {tries:?}"));
    }
}

/// I6: at most one account a name.
pub(super) fn names(history: &History<'_>, found: &mut Vec<String>) {
    let mut made = BTreeMap::<&str, u32>::new();
    for exchange in &history.exchanges {
        if matches!(exchange.asked, Asked::Register { .. }) && exchange.is_done() {
            *made.entry(&exchange.user).or_default() += 1;
        }
    }
    for (user, count) in made.into_iter().filter(|(_, count)| *count > 1) {
        found.push(format!("I6 {user} was registered {count} times"));
    }
    for record in history.records {
        if let Record::Twins(count @ 1..) = record {
            found.push(format!("I6 the store has {count} names more than once"));
        }
    }
}

/// I11: every wrong guess that was answered is still counted, unless a right one came after it.
pub(super) fn failures(history: &History<'_>, found: &mut Vec<String>) {
    let counted = history.records.iter().find_map(|record| match record {
        Record::Failures(count) => Some(*count),
        _ => None,
    });
    let Some(counted) = counted else { return };
    let mut by_user = BTreeMap::<&str, u64>::new();
    for exchange in &history.exchanges {
        let guesses = by_user.entry(&exchange.user).or_default();
        match exchange.asked {
            Asked::LogIn { .. } if exchange.status() == Some(401) => *guesses += 1,
            // It may have been right: then the count starts again.
            Asked::LogIn { .. } | Asked::ChangePassword { .. } => *guesses = 0,
            _ => {}
        }
    }
    let guessed: u64 = by_user.values().sum();
    if counted < guessed {
        found.push(format!(
            "I11 {counted} failures are counted of {guessed} that were answered"
        ));
    }
}
