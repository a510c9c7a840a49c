//! Accounts, trouble and faults.

use std::time::Duration;

use super::{
    Answered, Effect, Exchange, Record, Rules, SECOND, Whole, change, expect, expect_none, fault,
    journal, log_in, registered, status, unavailable, user,
};

pub(super) fn a_lost_password_is_found() {
    expect(&journal([registered(0), log_in(1, 0, 401)]), "I4");
    expect(
        &journal([registered(0), change(1, status(200)), log_in(2, 1, 401)]),
        "I4",
    );
}

pub(super) fn an_unknown_outcome_that_is_neither_is_found() {
    let begun = [registered(0), change(1, unavailable())];
    let settled = |first, second| {
        let mut records = journal(begun.clone());
        records.push(Record::Settled(10 * SECOND));
        records.extend(journal([log_in(11, 0, first), log_in(12, 1, second)]));
        records
    };
    expect(&settled(401, 401), "I4");
    expect(&settled(200, 200), "I4");
    expect_none(&settled(401, 200), Rules::default());
    expect_none(&settled(200, 401), Rules::default());
}

pub(super) fn an_old_password_is_found() {
    expect(&journal([change(1, status(200)), log_in(2, 0, 200)]), "I5");
}

pub(super) fn two_accounts_of_one_name_are_found() {
    expect(&journal([registered(0), registered(1)]), "I6");
    expect(&[Record::Twins(1)], "I6");
}

pub(super) fn trouble_with_another_face_is_found() {
    let wrong = |change: fn(&mut Exchange, &mut Whole)| {
        let (mut exchange, mut whole) = (user(1, 1, status(503)), unavailable());
        change(&mut exchange, &mut whole);
        if let Answered::Whole(answered) = &mut exchange.answered {
            *answered = whole;
        }
        expect(&journal([exchange]), "I7");
    };
    wrong(|_, whole| whole.status = 500);
    wrong(|_, whole| whole.retry_after = None);
    wrong(|_, whole| whole.retry_after = Some(6));
    wrong(|_, whole| whole.code = None);
    wrong(|_, whole| whole.sets.push("csrftoken".to_owned()));
    wrong(|_, whole| whole.clears.push("access_token".to_owned()));
    wrong(|exchange, _| exchange.end += 10 * SECOND);
    wrong(|exchange, _| exchange.answered = Answered::TimedOut);
    wrong(|exchange, _| exchange.answered = Answered::Broken);
}

pub(super) fn trouble_that_does_not_end_is_found() {
    let mut records = journal([user(11, 1, unavailable())]);
    records.push(fault(1, 5));
    expect(&records, "I8");
    // Nor is silence a proof.
    expect(&[fault(1, 5)], "I8");
}

pub(super) fn forgotten_failures_are_found() {
    let mut records = journal([log_in(1, 0, 401), log_in(2, 0, 401)]);
    records.push(Record::Failures(1));
    expect(&records, "I11");
}

/// Of each kind of trace, and of answers that came at another time.
pub(super) fn a_fault_that_never_bit_is_found() {
    let quick = journal([registered(0), user(2, 1, status(200)), log_in(3, 0, 200)]);
    let failed = |answered: Answered| {
        let mut exchange = log_in(2, 0, 503);
        exchange.answered = answered;
        exchange.end = exchange.start + SECOND;
        journal([registered(0), exchange])
    };
    let span = Duration::from_millis(900);
    for (effect, bitten) in [
        (Effect::Unavailable, failed(Answered::Whole(unavailable()))),
        (Effect::Unanswered, failed(Answered::Broken)),
        (Effect::Unanswered, failed(Answered::Refused)),
        (Effect::Waited(span), failed(Answered::Whole(status(200)))),
        (Effect::Slow(span), failed(Answered::Whole(status(200)))),
    ] {
        let missing = |records: &[Record], from, to| effect.missing(records, from, to);
        assert!(missing(&quick, SECOND, 5 * SECOND).is_some(), "{effect:?}");
        assert!(missing(&[], SECOND, 5 * SECOND).is_some(), "{effect:?}");
        assert_eq!(missing(&bitten, SECOND, 5 * SECOND), None);
        assert!(missing(&bitten, 4 * SECOND, 5 * SECOND).is_some());
    }
    assert!(Effect::Counted(0).missing(&[], 0, 1).is_some());
    assert_eq!(Effect::Counted(1).missing(&[], 0, 1), None);
}
