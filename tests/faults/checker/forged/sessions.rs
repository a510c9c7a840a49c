//! Sessions and their tokens.

use super::{
    Record, Rules, SECOND, Token, change, ended, expect, expect_none, fault, handing_out, journal,
    kept, log_out, refresh, registered, rotated, status, token, user, violations,
};

pub(super) fn two_successors_are_found() {
    let skipped = refresh(2, 1, handing_out(200, &token(3)));
    expect(&journal([rotated(1, 1), skipped]), "I1");
}

pub(super) fn a_moved_end_is_found() {
    let mut moved = token(2);
    moved.expires += 1;
    let again = refresh(1, 1, handing_out(200, &moved));
    expect(&journal([rotated(1, 1), again]), "I1");
}

pub(super) fn a_spent_token_is_found_when_its_successor_was_exchanged() {
    expect(
        &journal([rotated(1, 1), rotated(2, 2), rotated(3, 1)]),
        "I2",
    );
}

pub(super) fn a_spent_token_is_found_when_its_successor_was_seen() {
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

pub(super) fn a_token_that_is_kept_for_too_long_is_found() {
    expect(&journal([rotated(1, 1), kept(2, 2), kept(9, 2)]), "I2");
    let records = journal([rotated(1, 1), kept(2, 2), kept(2, 2), rotated(9, 2)]);
    expect_none(&records, Rules::default());
}

pub(super) fn an_answer_of_another_generation_is_found() {
    let mut other = handing_out(200, &token(1));
    other.refresh = None;
    expect(&journal([rotated(1, 1), refresh(2, 2, other)]), "I1");
}

pub(super) fn a_session_that_lives_again_is_found() {
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

pub(super) fn another_replica_that_does_not_know_is_found() {
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

pub(super) fn a_lost_session_is_found() {
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

fn reused() -> Vec<Record> {
    journal([
        registered(0),
        rotated(1, 1),
        user(2, 2, status(200)),
        refresh(9, 1, ended()),
    ])
}

pub(super) fn a_silent_reuse_is_found() {
    expect(&reused(), "I12");
}

pub(super) fn a_reuse_that_is_told_twice_is_found() {
    let mut records = reused();
    records.extend([(); 2].map(|()| Record::ReuseReported("id".to_owned())));
    expect(&records, "I12");
}
