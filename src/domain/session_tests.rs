//! The decision table, row by row.

use super::*;
use crate::domain::credentials::Username;

fn policy() -> SessionPolicy {
    SessionPolicy {
        idle: TimeDelta::days(30),
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

/// A session at generation 5, rotated at `start()`.
fn session(confirmed: bool) -> Session {
    let id = SessionId(uuid::Uuid::from_u128(2));
    let mut session = Session::open(id, &user(), Client::default(), &policy(), start());
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
            let in_grace = (-60..=10).contains(&seconds);
            for presented in -1..=7 {
                let expected = match presented {
                    6.. => Decision::Ahead,
                    5 => Decision::Rotate,
                    4 if !confirmed || in_grace => Decision::Repeat,
                    _ => Decision::Reuse,
                };
                assert_eq!(
                    decide_at(&session(confirmed), presented, seconds),
                    expected,
                    "generation {presented} of 5, confirmed {confirmed}, {seconds} s after rotation"
                );
            }
        }
    }
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
    let judge = |user: &User| decide(&live, user, Generation(5), &policy(), start());
    let disabled = User {
        is_active: false,
        ..user()
    };
    assert_eq!(judge(&disabled), Decision::Reject(Ended::UserInactive));
    let changed = User {
        credential_epoch: CredentialEpoch(4),
        ..user()
    };
    assert_eq!(
        judge(&changed),
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

#[test]
fn client_text_is_cut_and_cleaned() {
    let long = format!("a\r\nb\0{}", "\u{1f600}".repeat(300));
    let client = Client::new(Some(&long), None);
    let kept = client.user_agent().unwrap();
    assert_eq!(kept.chars().count(), USER_AGENT_MAX_CHARS);
    assert!(kept.starts_with("ab"));
    assert_eq!(Client::new(Some("\n"), None).user_agent(), None);
}

#[test]
fn reasons_have_names_that_lead_back() {
    for reason in RevocationReason::ALL {
        assert_eq!(RevocationReason::from_name(reason.as_str()), Some(reason));
    }
    assert_eq!(RevocationReason::from_name("whim"), None);
}
