//! Journals that break an invariant, each of which the checker must notice, and one that breaks
//! none.

use std::time::Duration;

use libtest_mimic::Trial;

use super::{Rules, violations};
use crate::journal::{Answered, Asked, At, Exchange, Fault, Hits, Record, SECOND, Token, Whole};
use crate::trace::Trace;

macro_rules! trials {
    ($($name:ident)*) => {
        [$((stringify!($name), $name as fn())),*]
    };
}

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    let tests = trials![
        an_honest_journal_passes
        two_successors_are_found
        a_moved_end_is_found
        a_spent_token_is_found_when_its_successor_was_exchanged
        a_spent_token_is_found_when_its_successor_was_seen
        a_token_that_is_kept_for_too_long_is_found
        an_answer_of_another_generation_is_found
        a_session_that_lives_again_is_found
        another_replica_that_does_not_know_is_found
        a_lost_session_is_found
        a_lost_password_is_found
        an_unknown_outcome_that_is_neither_is_found
        an_old_password_is_found
        two_accounts_of_one_name_are_found
        trouble_with_another_face_is_found
        trouble_that_does_not_end_is_found
        forgotten_failures_are_found
        a_silent_reuse_is_found
        a_reuse_that_is_told_twice_is_found
        a_fault_that_never_bit_is_found
    ];
    tests.into_iter().map(|(name, test)| {
        let run = move || {
            test();
            Ok(())
        };
        Trial::test(format!("checker::{name}"), run)
    })
}

#[track_caller]
fn expect(records: &[Record], invariant: &str) {
    let found = violations(records, Rules::default());
    let named = found.iter().any(|text| text.contains(invariant));
    assert!(named, "no {invariant} in {found:#?}");
}

#[track_caller]
fn expect_none(records: &[Record], rules: Rules) {
    let found = violations(records, rules);
    assert!(found.is_empty(), "{found:#?}");
}

fn token(generation: i64) -> Token {
    Token {
        sid: "s".to_owned(),
        generation,
        expires: 1_000 + generation,
    }
}

/// At this second, for a tenth of one, by Ada.
fn asked(second: At, asked: Asked, whole: Whole) -> Exchange {
    Exchange {
        client: 0,
        replica: 0,
        user: "ada".to_owned(),
        is_shared: false,
        start: second * SECOND,
        end: second * SECOND + SECOND / 10,
        asked,
        answered: Answered::Whole(whole),
    }
}

fn status(status: u16) -> Whole {
    Whole {
        status,
        user_id: Some("id".to_owned()),
        ..Whole::default()
    }
}

fn handing_out(code: u16, token: &Token) -> Whole {
    Whole {
        access: Some(token.clone()),
        refresh: Some(token.clone()),
        ..status(code)
    }
}

fn ended() -> Whole {
    Whole {
        code: Some("session_ended".to_owned()),
        ..status(401)
    }
}

fn unavailable() -> Whole {
    Whole {
        code: Some("unavailable".to_owned()),
        retry_after: Some(2),
        ..status(503)
    }
}

fn refresh(second: At, of: i64, whole: Whole) -> Exchange {
    asked(second, Asked::Refresh { token: token(of) }, whole)
}

fn rotated(second: At, of: i64) -> Exchange {
    refresh(second, of, handing_out(200, &token(of + 1)))
}

/// The refresh cookie is left alone.
fn kept(second: At, of: i64) -> Exchange {
    let whole = Whole {
        refresh: None,
        ..handing_out(200, &token(of))
    };
    refresh(second, of, whole)
}

fn user(second: At, of: i64, whole: Whole) -> Exchange {
    asked(second, Asked::User { token: token(of) }, whole)
}

fn log_in(second: At, password: u32, code: u16) -> Exchange {
    asked(second, Asked::LogIn { password }, status(code))
}

fn change(second: At, whole: Whole) -> Exchange {
    let (token, current, new) = (token(1), 0, 1);
    asked(
        second,
        Asked::ChangePassword {
            token,
            current,
            new,
        },
        whole,
    )
}

fn registered(second: At) -> Exchange {
    asked(
        second,
        Asked::Register { password: 0 },
        handing_out(201, &token(1)),
    )
}

fn log_out(second: At) -> Exchange {
    asked(second, Asked::LogOut { token: token(2) }, status(200))
}

fn journal(exchanges: impl IntoIterator<Item = Exchange>) -> Vec<Record> {
    exchanges.into_iter().map(Record::Exchange).collect()
}

fn fault(start: At, end: At) -> Record {
    Record::Fault(Fault {
        name: "forged".to_owned(),
        start: start * SECOND,
        end: end * SECOND,
        hits: Hits::Store,
    })
}

fn an_honest_journal_passes() {
    let mut records = journal([
        registered(0),
        rotated(1, 1),
        user(2, 2, status(200)),
        // A thief, and what he brought about.
        refresh(4, 1, ended()),
        user(5, 2, ended()),
        log_in(6, 0, 200),
        log_in(7, 9, 401),
        user(12, 2, unavailable()),
        user(18, 2, ended()),
        log_in(31, 0, 200),
    ]);
    records.push(fault(11, 13));
    records.push(Record::Settled(30 * SECOND));
    records.push(Record::ReuseReported("id".to_owned()));
    expect_none(&records, Rules::default());
}

fn two_successors_are_found() {
    let skipped = refresh(2, 1, handing_out(200, &token(3)));
    expect(&journal([rotated(1, 1), skipped]), "I1");
}

fn a_moved_end_is_found() {
    let mut moved = token(2);
    moved.expires += 1;
    let again = refresh(1, 1, handing_out(200, &moved));
    expect(&journal([rotated(1, 1), again]), "I1");
}

fn a_spent_token_is_found_when_its_successor_was_exchanged() {
    expect(
        &journal([rotated(1, 1), rotated(2, 2), rotated(3, 1)]),
        "I2",
    );
}

fn a_spent_token_is_found_when_its_successor_was_seen() {
    for seen in [user(2, 2, status(200)), kept(2, 2)] {
        let records = journal([rotated(1, 1), seen, rotated(9, 1)]);
        expect(&records, "I2");
        // But not in the grace, which counts from there.
        let rules = |seconds| Rules {
            grace: seconds * SECOND,
            ..Rules::default()
        };
        expect_none(&records, rules(7));
        let found = violations(&records, rules(6));
        assert!(found.iter().any(|text| text.contains("I2")), "{found:?}");
    }
    // And not if it may not have been noted.
    let mut records = journal([rotated(1, 1), user(2, 2, status(200)), rotated(9, 1)]);
    records.push(fault(2, 3));
    records.extend(journal([user(9, 2, status(200))]));
    expect_none(&records, Rules::default());
}

fn a_token_that_is_kept_for_too_long_is_found() {
    expect(&journal([rotated(1, 1), kept(2, 2), kept(9, 2)]), "I2");
    let records = journal([rotated(1, 1), kept(2, 2), kept(2, 2), rotated(9, 2)]);
    expect_none(&records, Rules::default());
}

fn an_answer_of_another_generation_is_found() {
    let mut other = handing_out(200, &token(1));
    other.refresh = None;
    expect(&journal([rotated(1, 1), refresh(2, 2, other)]), "I1");
}

fn a_session_that_lives_again_is_found() {
    expect(&journal([log_out(1), user(2, 2, status(200))]), "I3");
    expect(&journal([refresh(1, 1, ended()), rotated(2, 2)]), "I3");
    let first = registered(0);
    let changed = change(
        2,
        handing_out(
            200,
            &Token {
                sid: "t".to_owned(),
                ..token(1)
            },
        ),
    );
    expect(&journal([first, changed, user(3, 1, status(200))]), "I3");
}

fn another_replica_that_does_not_know_is_found() {
    let mut other = user(2, 2, status(200));
    other.replica = 1;
    let records = journal([log_out(1), other]);
    expect(&records, "I10");
    // A cache may be behind for a moment.
    expect_none(
        &records,
        Rules {
            lag: SECOND,
            ..Rules::default()
        },
    );
}

fn a_lost_session_is_found() {
    expect(&journal([registered(0), user(1, 1, status(401))]), "I7");
    expect(
        &journal([registered(0), rotated(1, 1), refresh(2, 1, ended())]),
        "I7",
    );
    // Three tabs that wake up together, and one of them sent to the login page.
    let tabs = [
        registered(0),
        rotated(9, 1),
        user(9, 2, status(200)),
        kept(9, 2),
        refresh(9, 1, ended()),
    ];
    let rules = Rules {
        grace: SECOND,
        ..Rules::default()
    };
    let found = violations(&journal(tabs), rules);
    assert!(found.iter().any(|text| text.contains("I7")), "{found:?}");
    // As long after the first use of the successor, it is two parties.
    let parties = [
        registered(0),
        rotated(9, 1),
        user(9, 2, status(200)),
        refresh(10, 1, ended()),
    ];
    let mut records = journal(parties);
    records.push(Record::ReuseReported("id".to_owned()));
    expect_none(&records, rules);
}

fn a_lost_password_is_found() {
    expect(&journal([registered(0), log_in(1, 0, 401)]), "I4");
    expect(
        &journal([registered(0), change(1, status(200)), log_in(2, 1, 401)]),
        "I4",
    );
}

fn an_unknown_outcome_that_is_neither_is_found() {
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

fn an_old_password_is_found() {
    expect(&journal([change(1, status(200)), log_in(2, 0, 200)]), "I5");
}

fn two_accounts_of_one_name_are_found() {
    expect(&journal([registered(0), registered(1)]), "I6");
    expect(&[Record::Twins(1)], "I6");
}

fn trouble_with_another_face_is_found() {
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

fn trouble_that_does_not_end_is_found() {
    let mut records = journal([user(11, 1, unavailable())]);
    records.push(fault(1, 5));
    expect(&records, "I8");
    // Nor is silence a proof.
    expect(&[fault(1, 5)], "I8");
}

fn forgotten_failures_are_found() {
    let mut records = journal([log_in(1, 0, 401), log_in(2, 0, 401)]);
    records.push(Record::Failures(1));
    expect(&records, "I11");
}

fn reused() -> Vec<Record> {
    journal([
        registered(0),
        rotated(1, 1),
        user(2, 2, status(200)),
        refresh(9, 1, ended()),
    ])
}

fn a_silent_reuse_is_found() {
    expect(&reused(), "I12");
}

fn a_reuse_that_is_told_twice_is_found() {
    let mut records = reused();
    records.extend([(); 2].map(|()| Record::ReuseReported("id".to_owned())));
    expect(&records, "I12");
}

/// Of each kind of trace, and of answers that came at another time.
fn a_fault_that_never_bit_is_found() {
    let quick = journal([registered(0), user(2, 1, status(200)), log_in(3, 0, 200)]);
    let failed = |answered: Answered| {
        let mut exchange = log_in(2, 0, 503);
        exchange.answered = answered;
        exchange.end = exchange.start + SECOND;
        journal([registered(0), exchange])
    };
    let span = Duration::from_millis(900);
    for (trace, bitten) in [
        (Trace::Unavailable, failed(Answered::Whole(unavailable()))),
        (Trace::Unanswered, failed(Answered::Broken)),
        (Trace::Unanswered, failed(Answered::Refused)),
        (Trace::Waited(span), failed(Answered::Whole(status(200)))),
        (Trace::Slow(span), failed(Answered::Whole(status(200)))),
    ] {
        let missing = |records: &[Record], from, to| trace.missing(records, from, to);
        assert!(missing(&quick, SECOND, 5 * SECOND).is_some(), "{trace:?}");
        assert!(missing(&[], SECOND, 5 * SECOND).is_some(), "{trace:?}");
        assert_eq!(missing(&bitten, SECOND, 5 * SECOND), None);
        assert!(missing(&bitten, 4 * SECOND, 5 * SECOND).is_some());
    }
    assert!(Trace::Counted(0).missing(&[], 0, 1).is_some());
    assert_eq!(Trace::Counted(1).missing(&[], 0, 1), None);
}
