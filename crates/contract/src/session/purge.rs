//! Removing sessions that are long over.

use crate::Store;
use crate::fixture::{FREELY, add_user, at, at_micros, open, session, session_id, stored};
use rocket_accounts_core::domain::session::{RevocationReason, Session};

/// By whichever end came first: idleness, age, revocation. Before means before.
pub async fn what_ended_before_is_removed(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let limit = at(100);
    let just_before = at_micros(100_000_000 - 1);
    let mut kept: Vec<Session> = Vec::new();
    for (number, end) in [(1, just_before), (2, limit)] {
        let mut by_idleness = session(number, &ada, at(0));
        by_idleness.idle_expires_at = end;
        let mut by_age = session(number + 10, &ada, at(0));
        by_age.absolute_expires_at = end;
        for session in [&by_idleness, &by_age] {
            store
                .insert_session(session, FREELY)
                .await
                .expect("inserts");
        }
        let revoked = open(&store, number + 20, &ada, at(0)).await;
        let logout = store
            .revoke(revoked.id, RevocationReason::Logout, end)
            .await;
        assert!(logout.expect("revokes"));
        if end == limit {
            kept = vec![by_idleness, by_age, stored(&store, revoked.id).await];
        }
    }
    kept.push(open(&store, 30, &ada, at(0)).await);
    assert_eq!(store.purge(limit, 1000).await.expect("purges"), 3);
    for number in [1, 11, 21] {
        let found = store.find_session(session_id(number)).await.expect("finds");
        assert_eq!(found, None, "session {number}");
    }
    for session in kept {
        assert_eq!(stored(&store, session.id).await, session);
    }
    assert_eq!(store.purge(limit, 1000).await.expect("purges"), 0);
}

/// Never more than asked for, and all in the end.
pub async fn the_limit_is_kept(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    for number in 1..=7 {
        let mut session = session(number, &ada, at(0));
        session.idle_expires_at = at(1);
        store
            .insert_session(&session, FREELY)
            .await
            .expect("inserts");
    }
    let live = open(&store, 100, &ada, at(0)).await;
    let mut removed = Vec::new();
    for limit in [0, 3, 3, 3, 3] {
        removed.push(store.purge(at(50), limit).await.expect("purges"));
    }
    assert_eq!(removed, [0, 3, 3, 1, 0]);
    assert_eq!(stored(&store, live.id).await, live);
}
