//! Opening a session: what ends together with it.

use chrono::TimeDelta;

use crate::Store;
use crate::fixture::{FREELY, add_user, at, open, reason, session, session_id, stored};
use rocket_accounts_core::domain::session::{Revocation, RevocationReason};
use rocket_accounts_core::store::{Admission, Error};

/// There is no upsert, not even for the same session.
pub async fn a_taken_session_identifier_is_refused(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    let first = open(&store, 1, &ada, at(0)).await;
    for user in [&ada, &bob] {
        let refused = store.insert_session(&session(1, user, at(1)), FREELY).await;
        assert!(matches!(refused, Err(Error::Duplicate)), "{refused:?}");
    }
    assert_eq!(stored(&store, first.id).await, first);
}

/// One step: if the session is not stored, none is replaced or evicted.
pub async fn a_refused_session_ends_nothing(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    for number in 1..=3 {
        open(&store, number, &ada, at(0)).await;
    }
    let admission = Admission {
        cap: 1,
        replaces: Some(session_id(2)),
    };
    let refused = store
        .insert_session(&session(1, &ada, at(1)), admission)
        .await;
    assert!(matches!(refused, Err(Error::Duplicate)), "{refused:?}");
    for number in 1..=3 {
        assert_eq!(reason(&store, number).await, None, "session {number}");
    }
}

/// At the new session's creation; one that is over already keeps its first reason, and one that
/// is not there is no hindrance.
pub async fn the_replaced_session_is_superseded(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    open(&store, 1, &ada, at(0)).await;
    let logged_out = open(&store, 2, &ada, at(0)).await;
    let other = open(&store, 3, &ada, at(0)).await;
    let revoked = store
        .revoke(logged_out.id, RevocationReason::Logout, at(1))
        .await;
    assert!(revoked.expect("revokes"));
    for (number, replaced) in [(11, 1), (12, 2), (13, 99)] {
        let admission = Admission {
            replaces: Some(session_id(replaced)),
            ..FREELY
        };
        let session = session(number, &ada, at(5));
        let displaced = store.insert_session(&session, admission).await;
        let displaced = displaced.expect("inserts");
        let superseded = (replaced == 1).then(|| (session_id(1), ada.id));
        assert_eq!(displaced.superseded, superseded, "session {replaced}");
        assert_eq!(displaced.evicted, []);
        assert_eq!(stored(&store, session.id).await, session);
    }
    let superseded = Revocation {
        at: at(5),
        reason: RevocationReason::Superseded,
    };
    let first = stored(&store, session_id(1)).await;
    assert_eq!(first.revocation, Some(superseded));
    assert_eq!(reason(&store, 2).await, Some(RevocationReason::Logout));
    assert_eq!(stored(&store, other.id).await, other);
}

/// Use counts, not age; as many go as the cap asks for, and the new one never.
pub async fn the_oldest_used_give_way_to_the_cap(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    for number in 1..=5_u8 {
        open(&store, number.into(), &ada, at(number.into())).await;
    }
    // The oldest session becomes the one that was used last.
    let oldest = stored(&store, session_id(1)).await;
    let used = store.confirm(oldest.id, oldest.generation, at(10)).await;
    assert!(used.expect("confirms"));
    let admission = Admission {
        cap: 3,
        replaces: None,
    };
    let newest = session(6, &ada, at(11));
    let displaced = store.insert_session(&newest, admission).await;
    let mut displaced = displaced.expect("inserts");
    displaced.evicted.sort();
    assert_eq!(displaced.evicted, [2, 3, 4].map(session_id));
    assert_eq!(displaced.superseded, None);
    let evicted = Some(RevocationReason::Evicted);
    for (number, expected) in [
        (1, None),
        (2, evicted),
        (3, evicted),
        (4, evicted),
        (5, None),
    ] {
        assert_eq!(reason(&store, number).await, expected, "session {number}");
    }
    assert_eq!(stored(&store, newest.id).await, newest);
    let at_eviction = stored(&store, session_id(2)).await.revocation;
    assert_eq!(at_eviction.map(|revocation| revocation.at), Some(at(11)));
    let alone = Admission {
        cap: 1,
        replaces: None,
    };
    // Used longer ago than the others, but new.
    let mut last = session(7, &ada, at(12));
    last.last_used_at = at(-100);
    store.insert_session(&last, alone).await.expect("inserts");
    let live = store.list_sessions(ada.id, at(12)).await.expect("lists");
    assert_eq!(live, [last]);
}

/// Revoked, expired and other users' sessions take no room and are left as they are.
pub async fn only_live_sessions_of_the_user_count(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    let mut expiring = session(1, &ada, at(0));
    expiring.idle_expires_at = at(20);
    store
        .insert_session(&expiring, FREELY)
        .await
        .expect("inserts");
    let expired = open(&store, 2, &ada, at(0) - TimeDelta::days(31)).await;
    let revoked = open(&store, 3, &ada, at(0)).await;
    let logout = store
        .revoke(revoked.id, RevocationReason::Logout, at(1))
        .await;
    assert!(logout.expect("revokes"));
    let foreign = open(&store, 4, &bob, at(0)).await;
    let live = open(&store, 5, &ada, at(0)).await;
    let admission = Admission {
        cap: 2,
        replaces: None,
    };
    // At the very end of the expiring one.
    let newest = session(6, &ada, at(20));
    store
        .insert_session(&newest, admission)
        .await
        .expect("inserts");
    for untouched in [&expiring, &expired, &foreign, &live] {
        let now = &stored(&store, untouched.id).await;
        assert_eq!(now, untouched);
    }
    assert_eq!(reason(&store, 3).await, Some(RevocationReason::Logout));
}

/// It may be another user's: two people share a browser.
pub async fn the_replaced_session_may_be_of_another_user(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    open(&store, 1, &ada, at(0)).await;
    let admission = Admission {
        replaces: Some(session_id(1)),
        ..FREELY
    };
    let displaced = store
        .insert_session(&session(2, &bob, at(1)), admission)
        .await;
    let superseded = displaced.expect("inserts").superseded;
    assert_eq!(superseded, Some((session_id(1), ada.id)));
}

/// The same browser signs in again: no other session has to end.
pub async fn the_replaced_session_makes_room(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let oldest = open(&store, 1, &ada, at(0)).await;
    let replaced = open(&store, 2, &ada, at(1)).await;
    let admission = Admission {
        cap: 2,
        replaces: Some(replaced.id),
    };
    let newest = session(3, &ada, at(2));
    store
        .insert_session(&newest, admission)
        .await
        .expect("inserts");
    assert_eq!(reason(&store, 2).await, Some(RevocationReason::Superseded));
    let live = store.list_sessions(ada.id, at(2)).await.expect("lists");
    assert_eq!(live, [newest, oldest]);
}
