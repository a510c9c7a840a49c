//! Presenting a refresh token: the decision table of the domain, and what it leaves in the store.

use chrono::{DateTime, TimeDelta, Utc};

use super::Store;
use super::fixture::{add_user, at, hash, open, policy, presented, session_id, stored};
use crate::domain::session::{Ended, Generation, RevocationReason, Session};
use crate::domain::user::User;
use crate::store::{Presented, Refreshed};

async fn refresh(store: &Store, presented: Presented, now: DateTime<Utc>) -> Refreshed {
    let refreshed = store.refresh(presented, &policy(), now).await;
    refreshed.expect("a refresh is answered")
}

/// A session at generation 3, made at `at(100)`.
async fn third_generation(store: &Store, user: &User) -> Session {
    let session = open(store, 1, user, at(0)).await;
    for (generation, second) in [(1, 50), (2, 100)] {
        let rotated = refresh(store, presented(&session, generation), at(second)).await;
        assert!(matches!(rotated, Refreshed::Rotated(..)), "{rotated:?}");
    }
    stored(store, session.id).await
}

async fn confirm(store: &Store, session: &Session, now: DateTime<Utc>) {
    let confirmed = store.confirm(session.id, session.generation, now).await;
    assert!(confirmed.expect("confirms"));
}

async fn reason(store: &Store, session: &Session) -> Option<RevocationReason> {
    let revocation = stored(store, session.id).await.revocation;
    revocation.map(|revocation| revocation.reason)
}

/// The answer is the stored state and the user.
pub async fn the_newest_token_is_rotated(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let before = open(&store, 1, &ada, at(0)).await;
    let expected = before.clone().rotated(&before.rotation(&policy(), at(9)));
    let refreshed = refresh(&store, presented(&before, 1), at(9)).await;
    assert_eq!(
        refreshed,
        Refreshed::Rotated(Box::new(expected.clone()), ada)
    );
    assert_eq!(stored(&store, before.id).await, expected);
    assert_eq!(expected.generation, Generation(2));
}

/// Two tabs: the same successor, also when it is in use already; nothing changes.
pub async fn a_spent_token_is_repeated_in_the_grace(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    confirm(&store, &session, at(101)).await;
    let before = stored(&store, session.id).await;
    for second in [101, 110] {
        let refreshed = refresh(&store, presented(&session, 2), at(second)).await;
        let expected = Refreshed::Repeated(Box::new(before.clone()), ada.clone());
        assert_eq!(refreshed, expected, "{second}");
    }
    assert_eq!(stored(&store, session.id).await, before);
}

/// The answer was lost: the successor again, days later too.
pub async fn a_spent_token_is_repeated_until_its_successor_is_seen(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    let now = at(100) + TimeDelta::days(3);
    let refreshed = refresh(&store, presented(&session, 2), now).await;
    let expected = Refreshed::Repeated(Box::new(session.clone()), ada);
    assert_eq!(refreshed, expected);
    assert_eq!(stored(&store, session.id).await, session);
}

/// The successor was seen and the grace is over: two parties hold the session, neither goes on.
pub async fn a_spent_token_ends_the_session_afterwards(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    confirm(&store, &session, at(101)).await;
    let refreshed = refresh(&store, presented(&session, 2), at(111)).await;
    let expected = Refreshed::Reused {
        user: ada,
        first: true,
    };
    assert_eq!(refreshed, expected);
    assert_eq!(
        reason(&store, &session).await,
        Some(RevocationReason::Reuse)
    );
    let over = Refreshed::Ended(Ended::Revoked(RevocationReason::Reuse));
    for generation in [2, 3] {
        let refreshed = refresh(&store, presented(&session, generation), at(112)).await;
        assert_eq!(refreshed, over, "generation {generation}");
    }
}

/// Neither grace nor a lost answer explains a token from before the last.
pub async fn an_older_token_ends_the_session_at_once(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    let refreshed = refresh(&store, presented(&session, 1), at(101)).await;
    let expected = Refreshed::Reused {
        user: ada,
        first: true,
    };
    assert_eq!(refreshed, expected);
    assert_eq!(
        reason(&store, &session).await,
        Some(RevocationReason::Reuse)
    );
}

/// A database that went back in time.
pub async fn a_token_from_the_future_ends_the_session(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    let refreshed = refresh(&store, presented(&session, 4), at(101)).await;
    let expected = Refreshed::Ahead {
        user: ada,
        first: true,
    };
    assert_eq!(refreshed, expected);
    assert_eq!(
        reason(&store, &session).await,
        Some(RevocationReason::Ahead)
    );
}

/// Unknown, expired, of a disabled user, from before a new password: no change, no revocation.
pub async fn a_session_that_is_over_is_not_refreshed(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = open(&store, 1, &ada, at(0)).await;
    let unknown = Presented {
        session_id: session_id(9),
        generation: Generation(1),
    };
    let refreshed = refresh(&store, unknown, at(1)).await;
    assert_eq!(refreshed, Refreshed::Ended(Ended::Unknown));
    let refreshed = refresh(&store, presented(&session, 1), at(0) + policy().idle).await;
    assert_eq!(refreshed, Refreshed::Ended(Ended::Expired));
    let epoch = store.set_password(ada.id, None, &hash("new"), at(1)).await;
    assert!(epoch.expect("sets").is_some());
    let refreshed = refresh(&store, presented(&session, 1), at(2)).await;
    assert_eq!(refreshed, Refreshed::Ended(Ended::CredentialsReplaced));
    let disabled = store.set_active(ada.id, false, at(3)).await.expect("sets");
    assert!(disabled.is_some());
    let refreshed = refresh(&store, presented(&session, 1), at(4)).await;
    assert_eq!(refreshed, Refreshed::Ended(Ended::UserInactive));
    assert_eq!(stored(&store, session.id).await, session);
    assert!(store.delete_user(ada.id).await.expect("deletes"));
    let refreshed = refresh(&store, presented(&session, 1), at(5)).await;
    assert_eq!(refreshed, Refreshed::Ended(Ended::Unknown));
}
