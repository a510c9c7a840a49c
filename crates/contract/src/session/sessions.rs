//! Sessions: kept as they were given, to the microsecond, and listed in order.

use std::net::IpAddr;

use chrono::TimeDelta;

use crate::Store;
use crate::fixture::{
    FREELY, add_user, at, at_micros, open, policy, session, session_id, stored, user_id,
};
use rocket_accounts_core::domain::session::{
    Client, Generation, Revocation, RevocationReason, Session, SessionId,
};

async fn listed(store: &Store, number: u128, now: chrono::DateTime<chrono::Utc>) -> Vec<SessionId> {
    let sessions = store.list_sessions(user_id(number), now).await;
    let sessions = sessions.expect("lists");
    sessions.iter().map(|session| session.id).collect()
}

/// Every field, with the longest and strangest of texts and every form of address.
pub async fn a_session_comes_back_as_it_was(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let longest = "\u{1f600}\u{5f35}'\"%".repeat(100);
    let agents = [None, Some("curl/8"), Some(longest.as_str())];
    let addresses = [
        None,
        Some("192.0.2.255"),
        Some("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
        Some("::ffff:192.0.2.128"),
        Some("::1"),
    ];
    let mut number = 0;
    for agent in agents {
        for address in addresses {
            number += 1;
            let address: Option<IpAddr> = address.map(|text| text.parse().expect("an address"));
            let id = session_id(number);
            let client = Client::new(agent, address);
            let mut session = Session::open(id, &ada, client, true, &policy(), at(1));
            session.generation = Generation(i64::MAX - 1);
            session.confirmed = number % 2 == 0;
            session.remembered = number % 3 == 0;
            store
                .insert_session(&session, FREELY)
                .await
                .expect("inserts");
            assert_eq!(stored(&store, session.id).await, session);
        }
    }
}

/// Revoked and expired ones are kept and listed as such, of one user alone, newest first.
pub async fn all_kept_sessions_are_listed(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    let expired = open(&store, 1, &ada, at(0) - TimeDelta::days(365)).await;
    let live = open(&store, 2, &ada, at(1)).await;
    let revoked = open(&store, 3, &ada, at(2)).await;
    let of_bob = open(&store, 4, &bob, at(3)).await;
    let reason = RevocationReason::Logout;
    assert!(store.revoke(revoked.id, reason, at(4)).await.expect("ends"));
    let kept = store.list_kept_sessions(ada.id).await.expect("lists");
    let revoked = Session {
        revocation: Some(Revocation { at: at(4), reason }),
        ..revoked
    };
    assert_eq!(kept, [revoked, live, expired]);
    let kept = store.list_kept_sessions(bob.id).await.expect("lists");
    assert_eq!(kept, [of_bob]);
    let none = store.list_kept_sessions(user_id(3)).await.expect("lists");
    assert_eq!(none, []);
}

/// Revoked and expired ones are found, with what ended them.
pub async fn a_session_that_is_over_is_still_found(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let expired = open(&store, 1, &ada, at(0) - TimeDelta::days(365)).await;
    assert_eq!(stored(&store, expired.id).await, expired);
    let mut revoked = session(2, &ada, at(0));
    revoked.revocation = Some(Revocation {
        at: at_micros(7),
        reason: RevocationReason::EndedByOperator,
    });
    store
        .insert_session(&revoked, FREELY)
        .await
        .expect("inserts");
    assert_eq!(stored(&store, revoked.id).await, revoked);
    let unknown = store.find_session(session_id(3)).await.expect("finds");
    assert_eq!(unknown, None);
}

/// Both or nothing.
pub async fn a_session_is_found_with_its_user(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    let hers = open(&store, 1, &ada, at(0)).await;
    let his = open(&store, 2, &bob, at(0)).await;
    let found = store.find_session_with_user(his.id).await.expect("finds");
    assert_eq!(found, Some((his.clone(), bob.clone())));
    let unknown = store.find_session_with_user(session_id(3)).await;
    assert_eq!(unknown.expect("finds"), None, "no such session");
    store.delete_user(bob.id).await.expect("deletes");
    let orphan = store.find_session_with_user(his.id).await.expect("finds");
    assert_eq!(orphan, None, "no such user");
    let found = store.find_session_with_user(hers.id).await.expect("finds");
    assert_eq!(found, Some((hers, ada)));
}

/// Each of a session's times, different in the last digit.
pub async fn times_keep_their_microseconds(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    for (number, base) in (1..).zip([0, 999_990, -999_999, 120_000, 500_000]) {
        let mut session = session(number, &ada, at_micros(base));
        session.rotated_at = at_micros(base + 1);
        session.authenticated_at = at_micros(base + 2);
        session.last_used_at = at_micros(base + 3);
        session.idle_expires_at = at_micros(base + 4);
        session.absolute_expires_at = at_micros(base + 5);
        store
            .insert_session(&session, FREELY)
            .await
            .expect("inserts");
        assert_eq!(stored(&store, session.id).await, session);
    }
}

/// A session is live before its end and over at its end, on either side of a whole second: stores
/// that keep times as text compare texts of different lengths.
pub async fn ends_are_compared_to_the_microsecond(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let ends = [
        -1_000_000, -500_000, -1, 0, 1, 9, 10, 100_000, 123_456, 500_000, 999_999, 1_000_000,
    ];
    for (number, end) in (1..).zip(ends) {
        let mut by_idleness = session(number, &ada, at(-10));
        by_idleness.idle_expires_at = at_micros(end);
        let mut by_age = session(number + 100, &ada, at(-10));
        by_age.absolute_expires_at = at_micros(end);
        for session in [by_idleness, by_age] {
            store
                .insert_session(&session, FREELY)
                .await
                .expect("inserts");
        }
    }
    for now in ends {
        let later = (1..).zip(ends).filter(|(_, end)| *end > now);
        let mut expected: Vec<_> = later
            .flat_map(|(number, _)| [session_id(number), session_id(number + 100)])
            .collect();
        let mut live = listed(&store, 1, at_micros(now)).await;
        expected.sort();
        live.sort();
        assert_eq!(live, expected, "{now} microseconds after the second");
    }
}

/// Newest first, to the microsecond; neither revoked, nor expired, nor another user's.
pub async fn live_sessions_are_listed_newest_first(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    let created = [(1, 5), (2, 1_000_000), (3, 0), (4, 999_999), (5, 1_000_001)];
    for (number, micros) in created {
        open(&store, number, &ada, at_micros(micros)).await;
    }
    open(&store, 6, &bob, at(1)).await;
    let revoked = open(&store, 7, &ada, at(1)).await;
    let revoked = store
        .revoke(revoked.id, RevocationReason::Logout, at(2))
        .await;
    assert!(revoked.expect("revokes"));
    open(&store, 8, &ada, at(0) - TimeDelta::days(31)).await;
    let expected = [5, 2, 4, 1, 3].map(session_id);
    assert_eq!(listed(&store, 1, at(2)).await, expected);
    assert_eq!(listed(&store, 9, at(2)).await, []);
}

/// Of all users, at the time asked for. A store need not count.
pub async fn live_sessions_are_counted_if_at_all(store: Store) {
    let count = async |now| store.count_live(now).await.expect("counts");
    if count(at(0)).await.is_none() {
        return;
    }
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    for (number, user) in [(1, &ada), (2, &ada), (3, &bob)] {
        open(&store, number, user, at(0)).await;
    }
    let mut short = session(4, &bob, at(0));
    short.idle_expires_at = at(10);
    store.insert_session(&short, FREELY).await.expect("inserts");
    assert_eq!(count(at_micros(9_999_999)).await, Some(4));
    assert_eq!(count(at(10)).await, Some(3));
    let revoked = store.revoke(session_id(1), RevocationReason::Logout, at(5));
    assert!(revoked.await.expect("revokes"));
    assert_eq!(count(at(10)).await, Some(2));
}

/// Only the time of the proof changes.
pub async fn a_proof_of_the_password_is_noted(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let before = open(&store, 1, &ada, at(0)).await;
    let other = open(&store, 2, &ada, at(0)).await;
    let noted = store.reauthenticate(before.id, at_micros(42)).await;
    assert!(noted.expect("notes"));
    let expected = Session {
        authenticated_at: at_micros(42),
        ..before
    };
    assert_eq!(stored(&store, expected.id).await, expected);
    assert_eq!(stored(&store, other.id).await, other);
    let unknown = store.reauthenticate(session_id(3), at(1)).await;
    assert!(!unknown.expect("answers"));
}

/// Those that are over too, and no other user's.
pub async fn all_sessions_of_a_user_are_removed(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    let revoked = open(&store, 1, &ada, at(0)).await;
    let revoked = store
        .revoke(revoked.id, RevocationReason::Logout, at(1))
        .await;
    assert!(revoked.expect("revokes"));
    open(&store, 2, &ada, at(0)).await;
    let kept = open(&store, 3, &bob, at(0)).await;
    assert_eq!(store.delete_for_user(ada.id).await.expect("removes"), 2);
    assert_eq!(store.delete_for_user(ada.id).await.expect("answers"), 0);
    let found = store.find_session(session_id(1)).await.expect("finds");
    assert_eq!(found, None);
    assert_eq!(stored(&store, kept.id).await, kept);
}
