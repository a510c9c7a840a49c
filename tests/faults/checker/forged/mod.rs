//! Journals that break an invariant, each of which the checker must notice, and one that breaks
//! none.

use accounts_testkit::{Case, cases};

use super::{Rules, violations};
use crate::effect::Effect;
use crate::journal::{Answered, Asked, At, Exchange, Fault, Hits, Record, SECOND, Token, Whole};

mod others;
mod sessions;

use others::{
    a_fault_that_never_bit_is_found, a_lost_password_is_found, an_old_password_is_found,
    an_unknown_outcome_that_is_neither_is_found, forgotten_failures_are_found,
    trouble_that_does_not_end_is_found, trouble_with_another_face_is_found,
    two_accounts_of_one_name_are_found,
};
use sessions::{
    a_lost_session_is_found, a_moved_end_is_found, a_reuse_that_is_told_twice_is_found,
    a_session_that_lives_again_is_found, a_silent_reuse_is_found,
    a_spent_token_is_found_when_its_successor_was_exchanged,
    a_spent_token_is_found_when_its_successor_was_seen, a_token_that_is_kept_for_too_long_is_found,
    an_answer_of_another_generation_is_found, another_replica_that_does_not_know_is_found,
    two_successors_are_found,
};

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let cases = cases![
        an_honest_journal_passes,
        two_successors_are_found,
        a_moved_end_is_found,
        a_spent_token_is_found_when_its_successor_was_exchanged,
        a_spent_token_is_found_when_its_successor_was_seen,
        a_token_that_is_kept_for_too_long_is_found,
        an_answer_of_another_generation_is_found,
        a_session_that_lives_again_is_found,
        another_replica_that_does_not_know_is_found,
        a_lost_session_is_found,
        a_lost_password_is_found,
        an_unknown_outcome_that_is_neither_is_found,
        an_old_password_is_found,
        two_accounts_of_one_name_are_found,
        trouble_with_another_face_is_found,
        trouble_that_does_not_end_is_found,
        forgotten_failures_are_found,
        a_silent_reuse_is_found,
        a_reuse_that_is_told_twice_is_found,
        a_fault_that_never_bit_is_found
    ];
    cases.into_iter().map(|case| case.within("checker"))
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
