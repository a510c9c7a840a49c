//! Sessions together with their users: none is opened for a user who is not as the session says.

use crate::Store;
use crate::fixture::{
    FREELY, add_user, at, hash, new_user, open, reason, session, session_id, stored,
};
use rocket_accounts_core::domain::session::RevocationReason;
use rocket_accounts_core::store::{Admission, Displaced, Error};

/// With what it displaces, as an insertion without a check of the user does.
pub async fn a_session_is_opened_for_its_user(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    for number in 1..=2_u8 {
        open(&store, number.into(), &ada, at(number.into())).await;
    }
    let admission = Admission {
        cap: 1,
        replaces: Some(session_id(2)),
    };
    let newest = session(3, &ada, at(5));
    let displaced = store.open_session(&newest, admission).await;
    let displaced = displaced.expect("opens").expect("the user is there");
    assert_eq!(displaced.superseded, Some((session_id(2), ada.id)));
    assert_eq!(displaced.evicted, [session_id(1)]);
    let live = store.list_sessions(ada.id, at(5)).await.expect("lists");
    assert_eq!(live, [newest]);
}

/// The user is gone, may not sign in, or has other credentials by now: nothing is stored and
/// nothing ends.
pub async fn a_session_of_past_credentials_is_not_opened(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let other = open(&store, 1, &ada, at(0)).await;
    let gone = add_user(&store, 2, "gone").await;
    assert!(store.delete_account(gone.id).await.expect("deletes"));
    let disabled = add_user(&store, 3, "disabled").await;
    let set = store.set_active(disabled.id, false, at(1)).await;
    let disabled = set.expect("sets").expect("the user is there");
    let past = add_user(&store, 4, "past").await;
    let epoch = store.set_password(past.id, None, &hash("new"), at(1)).await;
    assert!(epoch.expect("sets").is_some());
    let admission = Admission {
        cap: 1,
        replaces: Some(other.id),
    };
    for (number, user) in (11..).zip([&gone, &disabled, &past]) {
        let opened = store
            .open_session(&session(number, user, at(2)), admission)
            .await;
        assert_eq!(opened.expect("answers"), None, "{}", user.username);
        let found = store.find_session(session_id(number)).await;
        assert_eq!(found.expect("finds"), None, "{}", user.username);
    }
    assert_eq!(stored(&store, other.id).await, other);
}

/// A user and the first session: the same as one after the other, and nothing if the name is taken.
pub async fn a_user_comes_with_a_session_or_not_at_all(store: Store) {
    let ada = new_user(1, "ada");
    let first = session(1, &ada.user(), at(0));
    let inserted = store.insert_user_with_session(ada.clone(), &first, FREELY);
    let (user, displaced) = inserted.await.expect("inserts");
    assert_eq!(user, ada.user());
    assert_eq!(displaced, Displaced::default());
    assert_eq!(stored(&store, first.id).await, first);
    let found = store.find_session_with_user(first.id).await;
    assert_eq!(found.expect("reads"), Some((first, ada.user())));

    let admission = Admission {
        replaces: Some(session_id(1)),
        ..FREELY
    };
    let taken = new_user(2, "ADA");
    let refused = session(2, &taken.user(), at(1));
    let refused = store.insert_user_with_session(taken, &refused, admission);
    let refused = refused.await;
    assert!(matches!(refused, Err(Error::UsernameTaken)), "{refused:?}");
    assert!(
        store
            .find_session(session_id(2))
            .await
            .expect("reads")
            .is_none()
    );
    assert_eq!(reason(&store, 1).await, None);

    let bob = new_user(3, "bob");
    let third = session(3, &bob.user(), at(1));
    let inserted = store.insert_user_with_session(bob, &third, admission);
    let (_, displaced) = inserted.await.expect("inserts");
    assert_eq!(displaced.superseded, Some((session_id(1), ada.id)));
    assert_eq!(displaced.evicted, []);
    assert_eq!(reason(&store, 1).await, Some(RevocationReason::Superseded));
    assert_eq!(reason(&store, 3).await, None);
}
