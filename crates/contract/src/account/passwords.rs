//! Passwords: a better hash keeps the epoch, a new password starts one and ends sessions.

use crate::Store;
use crate::fixture::{add_user, at, hash, is_live, open, session, stored, stored_user};
use rocket_accounts_core::domain::credentials::PasswordHash;
use rocket_accounts_core::domain::session::{RevocationReason, Session};
use rocket_accounts_core::domain::user::{CredentialEpoch, User, UserId};
use rocket_accounts_core::store::{Error, PasswordChange, PasswordChanged, Successor};

async fn stored_hash(store: &Store, id: UserId) -> Option<PasswordHash> {
    let account = store.find_account_by_id(id).await.expect("finds");
    account.expect("the account is there").password_hash
}

fn change(user: &User, successor: Option<Successor>) -> PasswordChange {
    PasswordChange {
        user_id: user.id,
        expected: Some(user.credential_epoch),
        hash: hash("new"),
        successor,
        now: at(5),
    }
}

fn successor(replaces: &Session, user: &User) -> Successor {
    Successor {
        session: session(100, user, at(5)),
        replaces: replaces.id,
    }
}

/// Compare-and-set on the hash; epoch and date stay, because the password is the same.
pub async fn a_hash_is_upgraded_only_from_the_old_one(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let upgraded = store
        .upgrade_hash(ada.id, &hash("other"), &hash("new"))
        .await;
    assert!(
        !upgraded.expect("answers"),
        "from a hash that is not stored"
    );
    assert_eq!(stored_hash(&store, ada.id).await, Some(hash("old")));
    let upgraded = store.upgrade_hash(ada.id, &hash("old"), &hash("new")).await;
    assert!(upgraded.expect("upgrades"));
    assert_eq!(stored_hash(&store, ada.id).await, Some(hash("new")));
    assert_eq!(stored_user(&store, ada.id).await, ada);
}

/// One step: the hash, the epoch, the date. Also for a user who had no password.
pub async fn a_new_password_starts_an_epoch(store: Store) {
    let new = rocket_accounts_core::store::NewUser {
        password_hash: None,
        ..crate::fixture::new_user(1, "ada")
    };
    let ada = store.insert_user(new).await.expect("inserts");
    let bob = add_user(&store, 2, "bob").await;
    for second in 1..=3 {
        let text = hash(&second.to_string());
        let epoch = store.set_password(ada.id, None, &text, at(second)).await;
        assert_eq!(epoch.expect("sets"), Some(CredentialEpoch(second)));
        assert_eq!(stored_hash(&store, ada.id).await, Some(text));
        let user = stored_user(&store, ada.id).await;
        assert_eq!(user.credential_epoch, CredentialEpoch(second));
        assert_eq!(user.updated_at, at(second));
    }
    assert_eq!(stored_user(&store, bob.id).await, bob);
    assert_eq!(stored_hash(&store, bob.id).await, Some(hash("old")));
}

/// Compare-and-set on the epoch.
pub async fn a_password_is_set_only_in_the_expected_epoch(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    for wrong in [-1, 1, 2] {
        let expected = Some(CredentialEpoch(wrong));
        let epoch = store
            .set_password(ada.id, expected, &hash("new"), at(1))
            .await;
        assert_eq!(epoch.expect("answers"), None, "in epoch {wrong}");
    }
    assert_eq!(stored_user(&store, ada.id).await, ada);
    assert_eq!(stored_hash(&store, ada.id).await, Some(hash("old")));
    let expected = Some(CredentialEpoch(0));
    let epoch = store
        .set_password(ada.id, expected, &hash("new"), at(1))
        .await;
    assert_eq!(epoch.expect("sets"), Some(CredentialEpoch(1)));
}

/// Not the hash, not a session; the same for a user who is gone.
pub async fn a_change_in_another_epoch_changes_nothing(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let current = open(&store, 1, &ada, at(0)).await;
    let stale = User {
        credential_epoch: CredentialEpoch(7),
        ..ada.clone()
    };
    let gone = User {
        id: crate::fixture::user_id(9),
        ..ada.clone()
    };
    for user in [&stale, &gone] {
        let change = change(user, Some(successor(&current, user)));
        let changed = store.change_password(change).await.expect("answers");
        assert_eq!(changed, PasswordChanged::Stale);
    }
    assert_eq!(stored_hash(&store, ada.id).await, Some(hash("old")));
    assert_eq!(stored_user(&store, ada.id).await, ada);
    assert_eq!(stored(&store, current.id).await, current);
    let opened = store.find_session(crate::fixture::session_id(100)).await;
    assert_eq!(opened.expect("finds"), None);
}

/// The successor is in the new epoch and live; everything from before is over.
pub async fn a_change_leaves_only_the_successor(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    let current = open(&store, 1, &ada, at(0)).await;
    let other = open(&store, 2, &ada, at(1)).await;
    let foreign = open(&store, 3, &bob, at(1)).await;
    let change = change(&ada, Some(successor(&current, &ada)));
    let changed = store.change_password(change).await.expect("changes");
    let PasswordChanged::Done {
        session: Some(opened),
    } = changed
    else {
        panic!("a successor was to be opened, but: {changed:?}");
    };
    assert_eq!(opened.credential_epoch, CredentialEpoch(1));
    assert_eq!(stored(&store, opened.id).await, opened);
    assert!(is_live(&store, opened.id, at(5)).await, "the successor");
    let reason = |session: Session| session.revocation.map(|revoked| revoked.reason);
    let ended = reason(stored(&store, current.id).await);
    assert_eq!(ended, Some(RevocationReason::Superseded));
    let ended = reason(stored(&store, other.id).await);
    assert_eq!(ended, Some(RevocationReason::PasswordChanged));
    assert_eq!(stored(&store, foreign.id).await, foreign);
    assert_eq!(stored_hash(&store, ada.id).await, Some(hash("new")));
    assert_eq!(stored_user(&store, ada.id).await.updated_at, at(5));
}

/// What an operator does: no expected epoch, nothing carried over.
pub async fn a_change_without_successor_ends_all(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let before = open(&store, 1, &ada, at(0)).await;
    let change = PasswordChange {
        expected: None,
        ..change(&ada, None)
    };
    let changed = store.change_password(change).await.expect("changes");
    assert_eq!(changed, PasswordChanged::Done { session: None });
    assert!(!is_live(&store, before.id, at(5)).await);
    assert_eq!(store.list_sessions(ada.id, at(5)).await.expect("lists"), []);
    assert_eq!(stored_hash(&store, ada.id).await, Some(hash("new")));
}

/// Not the hash, not a session: a logout meanwhile wins. The first reason stays.
pub async fn an_ended_session_changes_no_password(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let current = open(&store, 1, &ada, at(0)).await;
    let revoked = store
        .revoke(current.id, RevocationReason::Logout, at(4))
        .await;
    assert!(revoked.expect("revokes"));
    let other = open(&store, 2, &ada, at(0)).await;
    let change = change(&ada, Some(successor(&current, &ada)));
    let changed = store.change_password(change).await.expect("answers");
    assert_eq!(changed, PasswordChanged::SessionOver);
    assert_eq!(stored_hash(&store, ada.id).await, Some(hash("old")));
    assert_eq!(stored_user(&store, ada.id).await, ada);
    let live = store.list_sessions(ada.id, at(5)).await;
    assert_eq!(live.expect("lists"), [other]);
    let reason = stored(&store, current.id).await.revocation;
    let reason = reason.map(|revocation| revocation.reason);
    assert_eq!(reason, Some(RevocationReason::Logout));
}

/// There is no upsert here either: the session that has the identifier is not overwritten.
pub async fn a_successor_with_a_taken_identifier_is_refused(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let current = open(&store, 1, &ada, at(0)).await;
    let other = open(&store, 2, &ada, at(1)).await;
    let clash = Successor {
        session: session(2, &ada, at(5)),
        replaces: current.id,
    };
    let refused = store.change_password(change(&ada, Some(clash))).await;
    assert!(matches!(refused, Err(Error::Duplicate)), "{refused:?}");
    let after = stored(&store, other.id).await;
    assert_eq!(after.created_at, other.created_at);
    assert_eq!(after.credential_epoch, other.credential_epoch);
}
