//! The numbers of a run.

use crate::checker::{self};
use crate::journal::{Exchange, Record, SECOND};

/// One line of numbers, which the long form is run for.
pub(crate) fn print(name: &str, records: &[Record], violations: usize) {
    let exchanges: Vec<&Exchange> = records
        .iter()
        .filter_map(|record| match record {
            Record::Exchange(exchange) => Some(exchange),
            _ => None,
        })
        .collect();
    let with = |status| {
        let with = exchanges.iter().filter(|it| it.status() == status);
        with.count()
    };
    let faults = records.iter().filter(|it| matches!(it, Record::Fault(_)));
    let events = records
        .iter()
        .filter(|it| matches!(it, Record::ReuseReported(_)));
    let longest = exchanges.iter().map(|it| it.end - it.start).max();
    let recovery = checker::slowest_recovery(records);
    println!(
        "{name}: {} requests, {} of them 503, {} without an answer, {} faults, {} reuses found, \
         longest answer {} ms, slowest recovery {} ms, {violations} violations",
        exchanges.len(),
        with(Some(503)),
        with(None),
        faults.count(),
        events.count(),
        longest.unwrap_or_default() * 1_000 / SECOND,
        recovery * 1_000 / SECOND,
    );
}
