//! The decision table, row by row.

use super::*;
use crate::domain::credentials::Username;

fn policy() -> SessionPolicy {
    SessionPolicy {
        idle: TimeDelta::days(30),
        idle_unremembered: TimeDelta::hours(12),
        absolute: TimeDelta::days(90),
        reuse_grace: TimeDelta::seconds(10),
        cap: 20,
    }
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn user() -> User {
    User {
        id: UserId(uuid::Uuid::from_u128(1)),
        username: Username::parse("ada").unwrap(),
        first_name: String::new(),
        last_name: String::new(),
        is_active: true,
        credential_epoch: CredentialEpoch(3),
        created_at: start(),
        updated_at: start(),
    }
}

/// A session at generation 5, made at `start()`; seen then too, if it was.
fn session(confirmed: bool) -> Session {
    let id = SessionId(uuid::Uuid::from_u128(2));
    let mut session = Session::open(id, &user(), Client::default(), true, &policy(), start());
    session.generation = Generation(5);
    session.confirmed = confirmed;
    session
}

fn decide_at(session: &Session, presented: i64, seconds: i64) -> Decision {
    let now = start() + TimeDelta::seconds(seconds);
    decide(session, &user(), Generation(presented), &policy(), now)
}

#[test]
fn every_live_row_of_the_table() {
    for confirmed in [false, true] {
        for seconds in [-3600, -61, -60, -1, 0, 10, 11, 86_400] {
            let is_fresh = (-60..=10).contains(&seconds);
            for presented in -1..=7 {
                let expected = match presented {
                    6.. => Decision::Ahead,
                    5 if is_fresh => Decision::Keep,
                    5 => Decision::Rotate,
                    4 if !confirmed || is_fresh => Decision::Repeat,
                    _ => Decision::Reuse,
                };
                assert_eq!(
                    decide_at(&session(confirmed), presented, seconds),
                    expected,
                    "generation {presented} of 5, confirmed {confirmed}, {seconds} s later"
                );
            }
        }
    }
}

/// Once the newest token was seen, neither its making nor a repeat moves the window.
#[test]
fn the_grace_counts_from_the_first_sight() {
    let seen = session(false).seen(start() + TimeDelta::seconds(100));
    for (seconds, newest, previous) in [
        (100, Decision::Keep, Decision::Repeat),
        (110, Decision::Keep, Decision::Repeat),
        (111, Decision::Rotate, Decision::Reuse),
    ] {
        assert_eq!(decide_at(&seen, 5, seconds), newest, "{seconds} s");
        assert_eq!(decide_at(&seen, 4, seconds), previous, "{seconds} s");
    }
    let mut moved = seen;
    moved.rotated_at = start() + TimeDelta::seconds(110);
    assert_eq!(decide_at(&moved, 5, 111), Decision::Rotate);
    assert_eq!(decide_at(&moved, 4, 111), Decision::Reuse);
}

/// An unseen token is as fresh as its last handing out.
#[test]
fn handing_out_again_keeps_an_unseen_token() {
    let now = start() + TimeDelta::seconds(900);
    let before = session(false);
    assert_eq!(decide_at(&before, 5, 901), Decision::Rotate);
    let after = before.clone().handed_out_again(now);
    assert_eq!(decide_at(&after, 5, 901), Decision::Keep);
    assert_eq!(decide_at(&after, 5, 911), Decision::Rotate);
    assert_eq!(decide_at(&after, 4, 911), Decision::Repeat);
    let unmoved = Session {
        rotated_at: now,
        ..before
    };
    assert_eq!(after, unmoved, "nothing else moves");
}

#[test]
fn a_repeat_is_noted_once_in_a_tenth_of_the_grace_and_while_unseen() {
    for (seconds, noted) in [(-61, true), (-60, false), (0, false), (1, false), (2, true)] {
        let now = start() + TimeDelta::seconds(seconds);
        let needs = |confirmed| session(confirmed).needs_hand_out_note(&policy(), now);
        assert_eq!(needs(false), noted, "{seconds} s");
        assert!(!needs(true), "{seconds} s");
    }
}

/// A login is never part of a burst that shares a token.
#[test]
fn the_token_of_the_login_is_rotated_at_once() {
    for confirmed in [false, true] {
        let mut first = session(confirmed);
        first.generation = Generation::FIRST;
        assert_eq!(decide_at(&first, 1, 0), Decision::Rotate);
    }
}

/// No token is kept or repeated for the time alone.
#[test]
fn without_a_grace_only_a_lost_answer_is_forgiven() {
    let policy = SessionPolicy {
        reuse_grace: TimeDelta::zero(),
        ..policy()
    };
    let now = start() + TimeDelta::microseconds(1);
    let check = |session: &Session, presented| {
        decide(session, &user(), Generation(presented), &policy, now)
    };
    for confirmed in [false, true] {
        assert_eq!(check(&session(confirmed), 5), Decision::Rotate);
    }
    assert_eq!(check(&session(false), 4), Decision::Repeat);
    assert_eq!(check(&session(true), 4), Decision::Reuse);
}

#[test]
fn an_ended_session_rejects_every_generation() {
    let mut revoked = session(true);
    revoked.revocation = Some(Revocation {
        at: start(),
        reason: RevocationReason::Logout,
    });
    for presented in 1..=7 {
        assert_eq!(
            decide_at(&revoked, presented, 0),
            Decision::Reject(Ended::Revoked(RevocationReason::Logout))
        );
    }
}

#[test]
fn ends_count_from_rotation_and_from_login() {
    let live = session(true);
    let day = 86_400;
    assert_eq!(decide_at(&live, 5, 30 * day - 1), Decision::Rotate);
    let expired = Decision::Reject(Ended::Expired);
    assert_eq!(decide_at(&live, 5, 30 * day), expired);

    let mut kept_busy = session(true);
    kept_busy.idle_expires_at = start() + TimeDelta::days(100);
    assert_eq!(decide_at(&kept_busy, 5, 90 * day - 1), Decision::Rotate);
    assert_eq!(decide_at(&kept_busy, 5, 90 * day), expired);
}

#[test]
fn the_user_decides_too() {
    let live = session(true);
    let check = |user: &User| decide(&live, user, Generation(5), &policy(), start());
    assert_eq!(check(&user()), Decision::Keep);
    let disabled = User {
        is_active: false,
        ..user()
    };
    assert_eq!(check(&disabled), Decision::Reject(Ended::UserInactive));
    let changed = User {
        credential_epoch: CredentialEpoch(4),
        ..user()
    };
    assert_eq!(
        check(&changed),
        Decision::Reject(Ended::CredentialsReplaced)
    );
}

#[test]
fn access_tokens_of_older_generations_serve_until_they_expire() {
    let admit = |session: &Session, generation| {
        session.admit(
            &user(),
            Generation(generation),
            start() + TimeDelta::days(1),
        )
    };
    assert_eq!(admit(&session(false), 5), Ok(true), "first use confirms");
    assert_eq!(admit(&session(true), 5), Ok(false));
    assert_eq!(admit(&session(false), 4), Ok(false), "does not confirm 5");
    assert_eq!(admit(&session(true), 6), Err(Ended::Ahead));
}

#[test]
fn rotation_steps_by_one_and_waits_for_confirmation() {
    let now = start() + TimeDelta::days(2);
    let before = session(true);
    let after = before.clone().rotated(&before.rotation(&policy(), now));
    assert_eq!(after.generation, Generation(6));
    assert!(!after.confirmed);
    assert_eq!(after.rotated_at, now);
    assert_eq!(after.idle_expires_at, now + policy().idle);
    assert_eq!(after.absolute_expires_at, before.absolute_expires_at);
}

/// What the login chose decides for good how long the session lives unused.
#[test]
fn a_session_that_is_not_remembered_ends_sooner() {
    for (remembered, idle) in [(true, policy().idle), (false, TimeDelta::hours(12))] {
        let (id, client) = (session(false).id, Client::default());
        let mut session = Session::open(id, &user(), client, remembered, &policy(), start());
        for turn in 1..=3 {
            assert_eq!(session.idle_expires_at, session.last_used_at + idle);
            let end = (session.idle_expires_at - start()).num_seconds();
            assert_eq!(decide_at(&session, turn, end - 1), Decision::Rotate);
            assert_eq!(
                decide_at(&session, turn, end),
                Decision::Reject(Ended::Expired)
            );
            let last = session.idle_expires_at - TimeDelta::seconds(1);
            session = session.clone().rotated(&session.rotation(&policy(), last));
        }
    }
}

#[test]
fn client_text_is_cut_and_cleaned() {
    let long = format!("a\r\nb\0{}", "\u{1f600}".repeat(300));
    let client = Client::new(Some(&long), None);
    let kept = client.user_agent().unwrap();
    assert_eq!(kept.chars().count(), USER_AGENT_MAX_CHARS);
    assert!(kept.starts_with("ab"));
    assert_eq!(Client::new(Some("\n"), None).user_agent(), None);
}
