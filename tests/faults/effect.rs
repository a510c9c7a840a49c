//! What shows that a fault had an effect: a test whose fault had none has shown nothing.

use std::time::Duration;

use crate::journal::{Answered, Asked, At, Exchange, Record, SECOND};

/// What clients must have seen of a fault while it lasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Requests that were answered with 503.
    Unavailable,
    /// Requests that were not answered, or met a closed port.
    Unanswered,
    /// A request that was answered after so long, with whatever.
    Waited(Duration),
    /// Requests that the store had to do something for, of which none was quicker.
    Slow(Duration),
    /// Nothing: the server or the proxy has counted.
    Counted(u64),
}

fn micros(span: Duration) -> At {
    u64::try_from(span.as_micros()).unwrap()
}

/// Requests that were on their way at some time from `start` to `end`.
pub(crate) fn meanwhile(records: &[Record], start: At, end: At) -> impl Iterator<Item = &Exchange> {
    let exchanges = records.iter().filter_map(|record| match record {
        Record::Exchange(exchange) => Some(exchange),
        _ => None,
    });
    exchanges.filter(move |exchange| exchange.start <= end && start <= exchange.end)
}

impl Effect {
    /// What is missing in a journal in which the fault lasted from `start` to `end`.
    pub(crate) fn missing(self, records: &[Record], start: At, end: At) -> Option<String> {
        let during = || meanwhile(records, start, end);
        let took = |exchange: &Exchange| exchange.end - exchange.start;
        let is_available = match self {
            Self::Unavailable => during().any(|it| it.status() == Some(503)),
            Self::Unanswered => {
                let silent =
                    |it: &Exchange| matches!(it.answered, Answered::Refused | Answered::Broken);
                during().any(silent)
            }
            Self::Waited(span) => during().any(|it| took(it) >= micros(span)),
            Self::Slow(span) => {
                // What only reads may come from a cache, a logout moves a few bytes, and what was
                // caught half way had it easier.
                let is_work = |it: &&Exchange| {
                    let asked = matches!(it.asked, Asked::LogIn { .. } | Asked::Refresh { .. });
                    asked && it.is_done() && it.start >= start && it.end <= end
                };
                let quickest = during().filter(is_work).map(took).min();
                quickest.is_some_and(|quickest| quickest >= micros(span))
            }
            Self::Counted(count) => count > 0,
        };
        (!is_available).then(|| {
            let seconds = |at: At| at / SECOND;
            let (start, end) = (seconds(start), seconds(end));
            format!("no trace of the fault from {start} s to {end} s: {self:?}")
        })
    }
}

/// By how many seconds the tokens of the second replica are ahead of those of the first.
pub(crate) fn ahead(records: &[Record]) -> u64 {
    let of_replica = |replica: usize| {
        let issued = meanwhile(records, 0, At::MAX).filter(|it| it.replica == replica);
        let issued = issued.filter_map(|it| {
            let expires = it.whole()?.access.as_ref()?.expires;
            Some(expires - i64::try_from(it.end / SECOND).unwrap())
        });
        issued.max().expect("a replica issued nothing")
    };
    u64::try_from(of_replica(1) - of_replica(0)).unwrap_or(0)
}
