//! The invariants I1 to I12 of docs/security.md, as a pure function over a journal.
//!
//! What it cannot know it does not accuse: a request that was not answered, or answered with 503,
//! may have been done or not. `forged` shows for each invariant that a journal which breaks it is
//! found out.

mod accounts;
mod answers;
pub(crate) mod forged;
mod sessions;

use crate::journal::{At, Exchange, Fault, Record, SECOND};

/// What the checker takes for granted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// For how long after the newest token was first seen it is kept, and the one before it
    /// repeated.
    pub(crate) grace: At,
    /// After this long at the latest every *other* replica knows what one has acknowledged: zero,
    /// unless replicas keep sessions in a cache of their own.
    pub(crate) lag: At,
    /// Within this time every request is answered while the service itself runs.
    pub(crate) deadline: At,
    /// From this long after a fault on nothing fails any more.
    pub(crate) recovery: At,
    /// How far the clocks of the replicas are apart.
    pub(crate) skew: At,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            grace: SECOND / 1000 * At::from(crate::workload::GRACE.subsec_millis()),
            lag: 0,
            // Five seconds, and one for a busy machine.
            deadline: 6 * SECOND,
            recovery: 5 * SECOND,
            skew: 0,
        }
    }
}

/// A journal, sorted.
pub(crate) struct History<'a> {
    rules: Rules,
    exchanges: Vec<&'a Exchange>,
    faults: Vec<&'a Fault>,
    records: &'a [Record],
    settled: Option<At>,
}

impl<'a> History<'a> {
    fn new(records: &'a [Record], rules: Rules) -> Self {
        let mut history = Self {
            rules,
            exchanges: Vec::new(),
            faults: Vec::new(),
            records,
            settled: None,
        };
        for record in records {
            match record {
                Record::Exchange(exchange) => history.exchanges.push(exchange),
                Record::Fault(fault) => history.faults.push(fault),
                Record::Settled(at) => history.settled = Some(*at),
                _ => {}
            }
        }
        history.exchanges.sort_by_key(|exchange| exchange.start);
        history
    }

    /// Whether a fault or its aftermath may have touched what happened between `start` and `end`.
    fn is_troubled(&self, start: At, end: At) -> bool {
        let touches =
            |fault: &&Fault| fault.start <= end && start <= fault.end + self.rules.recovery;
        self.faults.iter().any(touches)
    }
}

/// Every breach of an invariant, each with the invariant's name in front.
pub(crate) fn violations(records: &[Record], rules: Rules) -> Vec<String> {
    let history = History::new(records, rules);
    let mut found = Vec::new();
    sessions::successors(&history, &mut found);
    sessions::spent_tokens(&history, &mut found);
    sessions::ended_sessions(&history, &mut found);
    sessions::live_sessions(&history, &mut found);
    sessions::reuse_events(&history, &mut found);
    accounts::passwords(&history, &mut found);
    accounts::names(&history, &mut found);
    accounts::failures(&history, &mut found);
    answers::of_trouble(&history, &mut found);
    answers::after_trouble(&history, &mut found);
    found
}

/// The longest time from the end of a fault to the end of the last request that it failed.
pub(crate) fn slowest_recovery(records: &[Record]) -> At {
    let history = History::new(records, Rules::default());
    let failed: Vec<_> = history
        .exchanges
        .iter()
        .filter(|exchange| answers::has_failed(exchange))
        .collect();
    let mut slowest = 0;
    for (number, fault) in history.faults.iter().enumerate() {
        let next = history.faults.get(number + 1);
        let until = next.map_or(At::MAX, |next| next.start);
        let own = failed
            .iter()
            .filter(|exchange| exchange.start > fault.end && exchange.start < until);
        let last = own.map(|exchange| exchange.start).max();
        slowest = slowest.max(last.map_or(0, |last| last - fault.end));
    }
    slowest
}
