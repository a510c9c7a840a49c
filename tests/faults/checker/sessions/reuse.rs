//! I12: what is reported of spent tokens.

use std::collections::{BTreeMap, BTreeSet};

use super::endings;
use crate::checker::History;
use crate::journal::{Asked, Exchange, Record};

/// I12: one event for each session that ended because a spent token came back.
pub(in crate::checker) fn reuse_events(history: &History<'_>, found: &mut Vec<String>) {
    let mut reported = BTreeMap::<&str, usize>::new();
    for record in history.records {
        if let Record::ReuseReported(user_id) = record {
            *reported.entry(user_id).or_default() += 1;
        }
    }
    // Sessions in which one may have been detected, and those in which one was for certain.
    let mut possible = BTreeMap::<&str, BTreeSet<&str>>::new();
    let mut certain = BTreeMap::<&str, BTreeSet<&str>>::new();
    let ids: BTreeMap<_, _> = history
        .exchanges
        .iter()
        .filter_map(|exchange| {
            let id = exchange.whole()?.user_id.as_deref()?;
            Some((exchange.user.as_str(), id))
        })
        .collect();
    let endings = endings(history);
    for exchange in &history.exchanges {
        let (Asked::Refresh { token }, Some(id)) =
            (&exchange.asked, ids.get(exchange.user.as_str()))
        else {
            continue;
        };
        let sid = token.sid.as_str();
        if exchange.is_done() {
            continue;
        }
        possible.entry(id).or_default().insert(sid);
        let is_first = endings.get(sid).is_some_and(|ended| ended[0] == *exchange);
        let alone = |other: &&&Exchange| {
            // Nothing else that may have ended the session, or detected the reuse unheard.
            let is_own = other.asked.token().is_some_and(|own| own.sid == sid);
            let may_end = match &other.asked {
                Asked::ChangePassword { .. } | Asked::EndOthers { .. } => {
                    other.user == exchange.user
                }
                Asked::LogOut { .. } => is_own,
                Asked::Refresh { .. } => is_own && !other.is_done(),
                _ => false,
            };
            !std::ptr::eq(**other, *exchange) && other.start < exchange.end && may_end
        };
        if is_first
            && exchange.status() == Some(401)
            && !history.exchanges.iter().any(|other| alone(&other))
        {
            certain.entry(id).or_default().insert(sid);
        }
    }
    let count = |of: &BTreeMap<&str, BTreeSet<&str>>, id| of.get(id).map_or(0, BTreeSet::len);
    for id in ids.values().collect::<BTreeSet<_>>() {
        let events = reported.get(id).copied().unwrap_or_default();
        let (least, most) = (count(&certain, id), count(&possible, id));
        if events < least || events > most {
            found.push(format!(
                "I12 {events} events about {id}, where {least} to {most} sessions were reused"
            ));
        }
    }
}
