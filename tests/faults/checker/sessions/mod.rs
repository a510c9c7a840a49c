//! I1, I2, I3, I10 and I12: what becomes of sessions and their tokens.

mod reuse;

use std::collections::BTreeMap;

use super::History;
use crate::journal::{Answered, Asked, At, Exchange, Token};
pub(super) use reuse::reuse_events;

/// Session and generation.
type Key<'a> = (&'a str, i64);

fn key(token: &Token) -> Key<'_> {
    (&token.sid, token.generation)
}

/// I1: a generation has one successor, however often and from where it is presented. A refresh hands that out, or
/// leaves the refresh cookie alone and goes on with the generation that was presented.
pub(super) fn successors(history: &History<'_>, found: &mut Vec<String>) {
    let mut handed_out = BTreeMap::<Key<'_>, &Token>::new();
    for exchange in &history.exchanges {
        if let (Some(kept), Asked::Refresh { token }) = (kept(exchange), &exchange.asked)
            && key(kept) != key(token)
        {
            found.push(format!("I1 {kept:?} is not of {token:?}: {exchange:?}"));
        }
        let Some(next) = exchange.whole().and_then(|whole| whole.refresh.as_ref()) else {
            continue;
        };
        let first = handed_out.entry(key(next)).or_insert(next);
        if *first != next {
            found.push(format!("I1 {first:?} and {next:?}: {exchange:?}"));
        }
        if let Asked::Refresh { token } = &exchange.asked
            && (&token.sid, token.generation + 1) != (&next.sid, next.generation)
        {
            found.push(format!("I1 {next:?} follows {token:?}: {exchange:?}"));
        }
    }
}

/// The access token of a refresh that kept the refresh token which was presented.
fn kept(exchange: &Exchange) -> Option<&Token> {
    let whole = exchange.whole().filter(|_| exchange.is_done())?;
    let is_refresh = matches!(exchange.asked, Asked::Refresh { .. });
    let access = whole.access.as_ref();
    access.filter(|_| is_refresh && whole.refresh.is_none())
}

/// I2: a token is spent when the one after it was exchanged for another, or was seen in use (also
/// by a refresh that kept it) and the grace is over; then it is never accepted. Nor is a token
/// kept that was seen longer ago than the grace.
pub(super) fn spent_tokens(history: &History<'_>, found: &mut Vec<String>) {
    // When a generation was known to be exchanged, and seen.
    let mut exchanged = BTreeMap::<Key<'_>, At>::new();
    let mut seen = BTreeMap::<Key<'_>, At>::new();
    let first = |times: &mut BTreeMap<_, _>, key, at: At| {
        let known = times.entry(key).or_insert(at);
        *known = at.min(*known);
    };
    let done = || {
        let all = history.exchanges.iter();
        all.filter(|exchange| exchange.is_done())
    };
    for exchange in done() {
        match &exchange.asked {
            Asked::Refresh { token } if kept(exchange).is_some() => {
                first(&mut seen, key(token), exchange.end);
            }
            Asked::Refresh { token } => first(&mut exchanged, key(token), exchange.end),
            // The note that it arrived is not made while the store refuses writes.
            Asked::User { token } if !history.is_troubled(exchange.start, exchange.end) => {
                first(&mut seen, key(token), exchange.end);
            }
            _ => {}
        }
    }
    let grace = history.rules.grace + history.rules.skew;
    for exchange in done() {
        let Asked::Refresh { token } = &exchange.asked else {
            continue;
        };
        let before = |times: &BTreeMap<_, At>, key, timeout| {
            let at = times.get(&key);
            at.is_some_and(|at| at + timeout < exchange.start)
        };
        let next = (token.sid.as_str(), token.generation + 1);
        if before(&exchanged, next, 0) || before(&seen, next, grace) {
            found.push(format!("I2 a spent token was accepted: {exchange:?}"));
        }
        if kept(exchange).is_some() && before(&seen, key(token), grace) {
            found.push(format!("I2 a token was kept for too long: {exchange:?}"));
        }
    }
}

/// When each session was known to be over, by which exchange.
fn endings<'a>(history: &History<'a>) -> BTreeMap<&'a str, Vec<&'a Exchange>> {
    let mut of_user = BTreeMap::<&str, BTreeMap<&str, At>>::new();
    let mut endings = BTreeMap::<_, Vec<_>>::new();
    for exchange in &history.exchanges {
        let opened = exchange.whole().and_then(|whole| whole.access.as_ref());
        if let Some(token) = opened.filter(|_| exchange.is_done()) {
            let sessions = of_user.entry(exchange.user.as_str()).or_default();
            let since = sessions.entry(token.sid.as_str()).or_insert(exchange.end);
            *since = exchange.end.min(*since);
        }
    }
    for exchange in &history.exchanges {
        let Some(token) = exchange.asked.token() else {
            continue;
        };
        let sid = token.sid.as_str();
        let code = exchange.whole().and_then(|whole| whole.code.as_deref());
        let mut ended = Vec::new();
        match &exchange.asked {
            _ if code == Some("session_ended") => ended.push(sid),
            Asked::LogOut { .. } if exchange.is_done() => ended.push(sid),
            Asked::ChangePassword { .. } | Asked::EndOthers { .. } if exchange.is_done() => {
                let kept = match exchange.whole().and_then(|whole| whole.access.as_ref()) {
                    Some(successor) => successor.sid.as_str(),
                    None => sid,
                };
                let sessions = of_user.get(exchange.user.as_str());
                let before = sessions.into_iter().flatten();
                // Those that were there before it was asked for.
                let before =
                    before.filter(|(sid, since)| **since < exchange.start && **sid != kept);
                ended.extend(before.map(|(sid, _)| *sid));
            }
            _ => {}
        }
        for sid in ended {
            endings.entry(sid).or_default().push(*exchange);
        }
    }
    endings
}

/// I3 and I10: a session that is over stays over, on every replica.
pub(super) fn ended_sessions(history: &History<'_>, found: &mut Vec<String>) {
    let endings = endings(history);
    for exchange in history
        .exchanges
        .iter()
        .filter(|exchange| exchange.is_done())
    {
        // A logout is answered 200 in every state.
        let token = exchange.asked.token();
        let token = token.filter(|_| !matches!(exchange.asked, Asked::LogOut { .. }));
        let Some(ended) = token.and_then(|token| endings.get(token.sid.as_str())) else {
            continue;
        };
        let knows = |end: &&&Exchange| {
            let is_other = end.replica != exchange.replica;
            let lag = if is_other { history.rules.lag } else { 0 };
            end.end + lag < exchange.start
        };
        if let Some(end) = ended.iter().find(knows) {
            let is_other = end.replica != exchange.replica;
            let name = if is_other { "I3 I10" } else { "I3" };
            found.push(format!("{name} {exchange:?} after {end:?}"));
        }
    }
}

/// I7 and I10: no session is lost that nothing may have ended.
pub(super) fn live_sessions(history: &History<'_>, found: &mut Vec<String>) {
    let mut first_use = BTreeMap::<Key<'_>, At>::new();
    // When a refresh token was first presented.
    let mut first_asked = BTreeMap::<Key<'_>, At>::new();
    let mut by_user = BTreeMap::<&str, Vec<&Exchange>>::new();
    for exchange in &history.exchanges {
        by_user.entry(&exchange.user).or_default().push(exchange);
        if let Some(token) = exchange.asked.token() {
            let first = first_use.entry(key(token)).or_insert(exchange.start);
            *first = exchange.start.min(*first);
        }
        if let Asked::Refresh { token } = &exchange.asked {
            let first = first_asked.entry(key(token)).or_insert(exchange.start);
            *first = exchange.start.min(*first);
        }
    }
    // What is not noted of a repeat shortens the grace by a tenth.
    let grace = (history.rules.grace * 9 / 10).saturating_sub(history.rules.skew);
    for exchange in &history.exchanges {
        let (Some(token), Some(401)) = (exchange.asked.token(), exchange.status()) else {
            continue;
        };
        let may_end = |other: &&&Exchange| {
            if other.start >= exchange.end || other.answered == Answered::Refused {
                return false;
            }
            let is_own = other.asked.token().is_some_and(|own| own.sid == token.sid);
            match &other.asked {
                Asked::ChangePassword { .. } | Asked::EndOthers { .. } => true,
                Asked::LogOut { .. } => is_own,
                // A login ends the session whose cookies it carries; those of the workload carry none.
                Asked::LogIn { .. } | Asked::Register { .. } | Asked::User { .. } => false,
                // Spent when this one was dealt with a whole grace after its successor was first
                // in use or, if that may have been rotated, was made at the earliest.
                Asked::Refresh { token: spent } => {
                    let later = || first_use.range((key(spent).0, spent.generation + 1)..);
                    let is_later = |(sid, _): &Key<'_>| *sid == spent.sid;
                    let used = later().next().filter(|(key, _)| is_later(key));
                    let next = (key(spent).0, spent.generation + 1);
                    let rotated = first_asked.range(next..).next();
                    let rotated =
                        rotated.filter(|(key, at)| is_later(key) && **at < other.last_effect());
                    let since = match rotated {
                        Some(_) => first_asked.get(&key(spent)).or(used.map(|(_, at)| at)),
                        None => used.map(|(_, at)| at),
                    };
                    is_own
                        && used.is_some_and(|(_, at)| *at < other.last_effect())
                        && since.is_some_and(|at| at.saturating_add(grace) < other.last_effect())
                }
            }
        };
        let own = &by_user[exchange.user.as_str()];
        if !own.iter().any(|other| may_end(&other)) {
            found.push(format!("I7 I10 a live session is lost: {exchange:?}"));
        }
    }
}
