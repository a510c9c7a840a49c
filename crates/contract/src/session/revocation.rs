//! Ending sessions: once, for a reason that stays.

use crate::Store;
use crate::fixture::{FREELY, add_user, at, at_micros, open, policy, session, session_id, stored};
use rocket_accounts_core::domain::session::{Revocation, RevocationReason, Session};
use rocket_accounts_core::store::Admission;

/// The first call ends it, and only that one says so; nothing else of the session changes.
pub async fn a_session_is_revoked_once(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let before = open(&store, 1, &ada, at(0)).await;
    let other = open(&store, 2, &ada, at(0)).await;
    let first = store
        .revoke(before.id, RevocationReason::EndedByUser, at_micros(7))
        .await;
    assert!(first.expect("revokes"));
    let second = store
        .revoke(before.id, RevocationReason::Logout, at(2))
        .await;
    assert!(!second.expect("answers"));
    let expected = Session {
        revocation: Some(Revocation {
            at: at_micros(7),
            reason: RevocationReason::EndedByUser,
        }),
        ..before
    };
    assert_eq!(stored(&store, expected.id).await, expected);
    assert_eq!(stored(&store, other.id).await, other);
    let unknown = store
        .revoke(session_id(3), RevocationReason::Logout, at(1))
        .await;
    assert!(!unknown.expect("answers"));
}

/// No two reasons fall together in the store.
pub async fn every_reason_comes_back(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    for (number, reason) in (1..).zip(RevocationReason::ALL) {
        let session = open(&store, number, &ada, at(0)).await;
        assert!(
            store
                .revoke(session.id, reason, at(1))
                .await
                .expect("revokes")
        );
        let revocation = stored(&store, session.id).await.revocation;
        assert_eq!(revocation, Some(Revocation { at: at(1), reason }));
    }
}

/// All, or all but the one; counted without those that were over before.
pub async fn all_but_one_session_of_a_user_are_revoked(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    for number in 1..=4 {
        open(&store, number, &ada, at(0)).await;
    }
    let foreign = open(&store, 5, &bob, at(0)).await;
    let logout = store
        .revoke(session_id(1), RevocationReason::Logout, at(1))
        .await;
    assert!(logout.expect("revokes"));
    let reason = RevocationReason::EndedByUser;
    let (kept, except) = (stored(&store, session_id(4)).await, Some(session_id(4)));
    let revoked = store.revoke_for_user(ada.id, except, reason, at(2)).await;
    assert_eq!(revoked.expect("revokes"), 2);
    assert_eq!(stored(&store, kept.id).await, kept);
    assert_eq!(stored(&store, foreign.id).await, foreign);
    let reason = RevocationReason::EndedByOperator;
    let revoked = store.revoke_for_user(ada.id, None, reason, at(3)).await;
    assert_eq!(revoked.expect("revokes"), 1);
    let mut ends = Vec::new();
    for number in 1..=4 {
        let revocation = stored(&store, session_id(number)).await.revocation;
        ends.push(revocation.map(|revocation| (revocation.reason, revocation.at)));
    }
    let expected = [
        Some((RevocationReason::Logout, at(1))),
        Some((RevocationReason::EndedByUser, at(2))),
        Some((RevocationReason::EndedByUser, at(2))),
        Some((RevocationReason::EndedByOperator, at(3))),
    ];
    assert_eq!(ends, expected);
}

/// By no method that changes sessions.
pub async fn what_is_revoked_stays_as_it_is(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session_before = open(&store, 1, &ada, at(0)).await;
    let id = session_before.id;
    let logout = store.revoke(id, RevocationReason::Logout, at(1)).await;
    assert!(logout.expect("revokes"));
    let over = stored(&store, id).await;

    let rotation = over.rotation(&policy(), at(2));
    assert!(!store.rotate(&rotation).await.expect("answers"), "rotated");
    let confirmed = store.confirm(id, over.generation, at(2)).await;
    assert!(!confirmed.expect("answers"), "confirmed");
    let handed_out = store.hand_out_again(id, over.generation, at(2)).await;
    assert!(!handed_out.expect("answers"), "handed out again");
    let noted = store.reauthenticate(id, at(2)).await;
    assert!(!noted.expect("answers"), "reauthenticated");
    let revoked = store.revoke(id, RevocationReason::Reuse, at(2)).await;
    assert!(!revoked.expect("answers"), "revoked again");
    let reason = RevocationReason::EndedByUser;
    let revoked = store.revoke_for_user(ada.id, None, reason, at(2)).await;
    assert_eq!(revoked.expect("answers"), 0, "revoked with all");
    let admission = Admission {
        replaces: Some(id),
        ..FREELY
    };
    let next = session(2, &ada, at(2));
    store
        .insert_session(&next, admission)
        .await
        .expect("inserts");
    let disabled = store.disable_user(ada.id, at(3)).await.expect("disables");
    assert!(disabled.is_some());
    assert_eq!(stored(&store, id).await, over);
}
