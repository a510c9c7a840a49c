//! Presenting a refresh token: the decision table of the domain, and what it leaves in the store.
//!
//! The rule, for a store that takes these steps by itself. "Fresh" is the newest token when it was
//! handed out or, once it has been seen, first seen, within `reuse_grace`.
//! - The newest token is rotated. While it is fresh, and not the login's own, it is kept: that
//!   counts as its first sight, which is noted once, and writes nothing else.
//! - The token before it gets the newest one again while that is unseen or fresh. While it is
//!   unseen, the handing out is noted: `rotated_at` moves, and nothing else.
//! - The token before it later, and every older one, ends the session.

use chrono::{DateTime, TimeDelta, Utc};

use crate::Store;
use crate::fixture::{add_user, at, hash, open, policy, presented, session_id, stored};
use rocket_accounts_core::domain::session::{Ended, Generation, RevocationReason, Session};
use rocket_accounts_core::domain::user::User;
use rocket_accounts_core::store::{Presented, Refreshed};

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

fn kept(session: &Session, user: &User) -> Refreshed {
    Refreshed::Kept(Box::new(session.clone()), user.clone())
}

fn repeated(session: &Session, user: &User) -> Refreshed {
    Refreshed::Repeated(Box::new(session.clone()), user.clone())
}

fn rotated(session: &Session, user: &User, now: DateTime<Utc>) -> Refreshed {
    let rotation = session.rotation(&policy(), now);
    Refreshed::Rotated(Box::new(session.clone().rotated(&rotation)), user.clone())
}

/// Tabs that wake up together: what was made or first seen just now is not rotated.
pub async fn the_newest_token_is_kept_in_the_grace(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    let seen = session.seen(at(109));
    for second in [109, 110, 119] {
        let refreshed = refresh(&store, presented(&seen, 3), at(second)).await;
        assert_eq!(refreshed, kept(&seen, &ada), "{second}");
        assert_eq!(stored(&store, seen.id).await, seen, "{second}");
    }
    let refreshed = refresh(&store, presented(&seen, 3), at(120)).await;
    assert_eq!(refreshed, rotated(&seen, &ada, at(120)));
}

/// A client that never shows its access token here is seen by its refresh, once.
pub async fn keeping_a_token_is_its_first_sight_and_not_again(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    let token = presented(&session, 3);
    for second in [102, 108] {
        let refreshed = refresh(&store, token, at(second)).await;
        assert!(matches!(refreshed, Refreshed::Kept(..)), "{refreshed:?}");
    }
    assert_eq!(stored(&store, session.id).await, session.seen(at(102)));
    let spent = Presented {
        generation: Generation(2),
        ..token
    };
    let refreshed = refresh(&store, spent, at(113)).await;
    assert!(
        matches!(refreshed, Refreshed::Reused { .. }),
        "{refreshed:?}"
    );
}

/// Two tabs: the same successor, also when it is in use already; nothing changes.
pub async fn a_spent_token_is_repeated_in_the_grace(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    confirm(&store, &session, at(101)).await;
    let before = stored(&store, session.id).await;
    for second in [101, 111] {
        let refreshed = refresh(&store, presented(&session, 2), at(second)).await;
        assert_eq!(refreshed, repeated(&before, &ada), "{second}");
    }
    assert_eq!(stored(&store, session.id).await, before);
}

/// However old the newest token is, and however often either of the two comes back.
pub async fn the_grace_counts_from_the_first_sight_and_is_not_moved(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    confirm(&store, &session, at(500)).await;
    let before = stored(&store, session.id).await;
    for second in [501, 505, 510] {
        let refreshed = refresh(&store, presented(&session, 2), at(second)).await;
        assert_eq!(refreshed, repeated(&before, &ada), "{second}");
        let refreshed = refresh(&store, presented(&session, 3), at(second)).await;
        assert_eq!(refreshed, kept(&before, &ada), "{second}");
    }
    assert_eq!(stored(&store, session.id).await, before);
    let refreshed = refresh(&store, presented(&session, 2), at(511)).await;
    assert!(
        matches!(refreshed, Refreshed::Reused { first: true, .. }),
        "{refreshed:?}"
    );
}

/// The answer was lost: the successor again, days later too; the handing out is noted.
pub async fn a_spent_token_is_repeated_until_its_successor_is_seen(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    for days in [3, 4] {
        let now = at(100) + TimeDelta::days(days);
        let refreshed = refresh(&store, presented(&session, 2), now).await;
        let expected = session.clone().handed_out_again(now);
        assert_eq!(refreshed, repeated(&expected, &ada));
        assert_eq!(stored(&store, session.id).await, expected);
    }
}

/// Three tabs after a lost answer: the first repeats, the second holds what that got, the third is
/// on its way with the spent token still.
pub async fn what_was_lost_is_handed_out_again_and_then_kept(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    let handed_out = session.clone().handed_out_again(at(1000));
    let refreshed = refresh(&store, presented(&session, 2), at(1000)).await;
    assert_eq!(refreshed, repeated(&handed_out, &ada));
    // Noted already, so nothing is written.
    let refreshed = refresh(&store, presented(&session, 2), at(1001)).await;
    assert_eq!(refreshed, repeated(&handed_out, &ada));
    let seen = handed_out.seen(at(1002));
    let refreshed = refresh(&store, presented(&session, 3), at(1002)).await;
    assert_eq!(refreshed, kept(&seen, &ada));
    let refreshed = refresh(&store, presented(&session, 2), at(1003)).await;
    assert_eq!(refreshed, repeated(&seen, &ada));
    assert_eq!(stored(&store, session.id).await, seen);
}

/// The successor was seen and the grace is over: two parties hold the session, neither goes on.
pub async fn a_spent_token_ends_the_session_afterwards(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = third_generation(&store, &ada).await;
    confirm(&store, &session, at(101)).await;
    let refreshed = refresh(&store, presented(&session, 2), at(112)).await;
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
        let refreshed = refresh(&store, presented(&session, generation), at(113)).await;
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

/// A database that was restored to an older state.
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
