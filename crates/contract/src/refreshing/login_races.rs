//! Logins against new passwords, disablings and the cap: no order of steps lets a session live on
//! that should not.

use std::pin::Pin;

use crate::Store;
use crate::fixture::{
    FREELY, RACERS, add_user, at, count, hash, is_live, open, race, session, session_id,
    stored_user,
};
use rocket_accounts_core::domain::session::Session;
use rocket_accounts_core::domain::user::{CredentialEpoch, User};
use rocket_accounts_core::store::{Admission, PasswordChange, PasswordChanged};

/// One new epoch.
pub async fn one_of_many_sets_the_password(store: Store) {
    let id = add_user(&store, 1, "ada").await.id;
    let answers = race(&store, |store, racer| async move {
        let (expected, hash) = (Some(CredentialEpoch(0)), hash(&racer.to_string()));
        let epoch = store.set_password(id, expected, &hash, at(1)).await;
        epoch.expect("answers")
    })
    .await;
    assert_eq!(count(&answers, Option::is_some), 1, "{answers:?}");
    let user = stored_user(&store, id).await;
    assert_eq!(user.credential_epoch, CredentialEpoch(1));
}

/// One change; the others are stale.
pub async fn one_of_many_changes_the_password(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    open(&store, 1, &ada, at(0)).await;
    let id = ada.id;
    let answers = race(&store, |store, racer| async move {
        let change = PasswordChange {
            user_id: id,
            expected: Some(CredentialEpoch(0)),
            hash: hash(&racer.to_string()),
            successor: None,
            now: at(1),
        };
        store.change_password(change).await.expect("answers")
    })
    .await;
    let done = PasswordChanged::Done { session: None };
    assert_eq!(count(&answers, |a| *a == done), 1, "{answers:?}");
    let stale = |a: &_| *a == PasswordChanged::Stale;
    assert_eq!(count(&answers, stale), RACERS - 1, "{answers:?}");
}

/// Logins at once, and `other` among them.
async fn race_logins<L, O>(
    store: &Store,
    user: &User,
    log_in: impl Fn(Store, Session) -> L,
    other: impl Fn(Store) -> O,
) where
    L: Future<Output = ()> + Send + 'static,
    O: Future<Output = ()> + Send + 'static,
{
    race(store, |store, racer| {
        let step: Pin<Box<dyn Future<Output = ()> + Send>> = if racer == RACERS / 2 {
            Box::pin(other(store))
        } else {
            Box::pin(log_in(store, session(racer as u128 + 1, user, at(1))))
        };
        step
    })
    .await;
}

/// A login whose user was judged before it.
async fn insert(store: Store, login: Session) {
    store.insert_session(&login, FREELY).await.expect("inserts");
}

async fn expect_no_live_session(store: &Store, when: &str) {
    for number in 1..=RACERS as u128 {
        let live = is_live(store, session_id(number), at(1)).await;
        assert!(!live, "session {number} lives {when}");
    }
}

/// A login with the old password gets no session that lives on, in whatever order.
pub async fn a_login_does_not_outlive_a_password_change(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let id = ada.id;
    race_logins(&store, &ada, insert, |store| async move {
        let change = PasswordChange {
            user_id: id,
            expected: Some(CredentialEpoch(0)),
            hash: hash("new"),
            successor: None,
            now: at(1),
        };
        let changed = store.change_password(change).await.expect("changes");
        assert_eq!(changed, PasswordChanged::Done { session: None });
    })
    .await;
    expect_no_live_session(&store, "after the change").await;
}

/// The same for a user who is being disabled, and enabling revives none.
pub async fn a_login_does_not_outlive_a_disabling(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let id = ada.id;
    race_logins(&store, &ada, insert, |store| async move {
        let disabled = store.disable_user(id, at(1)).await.expect("disables");
        assert!(disabled.is_some());
    })
    .await;
    expect_no_live_session(&store, "while the user is disabled").await;
    let user = store.set_active(id, true, at(1)).await.expect("sets");
    assert!(user.is_some());
    expect_no_live_session(&store, "of a user who is enabled again").await;
}

/// No row is left behind, in whatever order: it would hold a person's address until it expires.
pub async fn a_login_leaves_nothing_of_a_deleted_account(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let id = ada.id;
    let open = |store: Store, login: Session| async move {
        store.open_session(&login, FREELY).await.expect("answers");
    };
    race_logins(&store, &ada, open, |store| async move {
        assert!(store.delete_account(id).await.expect("deletes"));
    })
    .await;
    for number in 1..=RACERS as u128 {
        let found = store.find_session(session_id(number)).await.expect("finds");
        assert_eq!(found, None, "session {number} is left");
    }
}

/// Never more than the cap afterwards, and no fewer.
pub async fn the_cap_holds_for_logins_at_once(store: Store) {
    const CAP: u32 = 3;
    let ada = add_user(&store, 1, "ada").await;
    race(&store, |store, racer| {
        let login = session(racer as u128 + 1, &ada, at(1));
        async move {
            let admission = Admission {
                cap: CAP,
                replaces: None,
            };
            store
                .insert_session(&login, admission)
                .await
                .expect("inserts");
        }
    })
    .await;
    let live = store.list_sessions(ada.id, at(1)).await.expect("lists");
    assert_eq!(live.len(), CAP as usize, "{live:?}");
}
