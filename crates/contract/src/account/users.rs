//! Users: kept as they were given, unique by key, paged in order, ended for good.

use crate::Store;
use crate::fixture::{
    add_user, at, at_micros, is_live, key, new_user, open, session_id, stored, stored_user, user_id,
};
use rocket_accounts_core::domain::credentials::Username;
use rocket_accounts_core::domain::session::RevocationReason;
use rocket_accounts_core::domain::user::CredentialEpoch;
use rocket_accounts_core::store::{Error, NewUser};

/// Inserted in epoch 0, and the same user by every look-up.
pub async fn a_new_user_is_found_as_it_was_inserted(store: Store) {
    let new = NewUser {
        created_at: at_micros(123_456),
        ..new_user(1, "Ada.L")
    };
    let expected = new.clone().into_account();
    let user = store.insert_user(new).await.expect("inserts");
    assert_eq!(user, expected.user);
    assert_eq!(user.credential_epoch, CredentialEpoch(0));
    assert_eq!(stored_user(&store, user.id).await, user);
    let by_key = store.find_account(&key("ada.l")).await.expect("finds");
    assert_eq!(by_key.as_ref(), Some(&expected), "by the folded key");
    let by_id = store.find_account_by_id(user.id).await.expect("finds");
    assert_eq!(by_id.as_ref(), Some(&expected), "by the identifier");
}

/// No password hash and not active: kept so.
pub async fn a_user_may_have_no_password_and_be_inactive(store: Store) {
    let new = NewUser {
        password_hash: None,
        is_active: false,
        ..new_user(1, "ada")
    };
    store.insert_user(new).await.expect("inserts");
    let account = store.find_account(&key("ada")).await.expect("finds");
    let account = account.expect("the account is there");
    assert_eq!(account.password_hash, None);
    assert!(!account.user.is_active);
}

/// Uniqueness goes by the key, and the user who has the name is left alone.
pub async fn a_taken_username_is_refused_in_any_letter_case(store: Store) {
    let ada = add_user(&store, 1, "Ada").await;
    for name in ["Ada", "ada", "aDA"] {
        let refused = store.insert_user(new_user(2, name)).await;
        assert!(matches!(refused, Err(Error::UsernameTaken)), "{refused:?}");
    }
    assert_eq!(stored_user(&store, ada.id).await, ada);
    let second = store.find_user(user_id(2)).await.expect("finds");
    assert_eq!(second, None, "nothing of the refused user is kept");
    add_user(&store, 2, "ada.").await;
}

/// A conflict of identifiers is distinguished from one of names.
pub async fn a_taken_identifier_is_refused(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let refused = store.insert_user(new_user(1, "bob")).await;
    assert!(matches!(refused, Err(Error::Duplicate)), "{refused:?}");
    assert_eq!(stored_user(&store, ada.id).await, ada);
    let bob = store.find_account(&key("bob")).await.expect("finds");
    assert_eq!(bob, None, "nothing of the refused user is kept");
}

/// Absence is an answer, not trouble.
pub async fn who_is_not_there_is_none_or_false(store: Store) {
    add_user(&store, 1, "ada").await;
    let (id, now) = (user_id(2), at(1));
    let hash = crate::fixture::hash("new");
    assert_eq!(store.find_user(id).await.expect("answers"), None);
    assert_eq!(store.find_account_by_id(id).await.expect("answers"), None);
    let account = store.find_account(&key("bob")).await.expect("answers");
    assert_eq!(account, None);
    let renamed = store.update_names(id, Some("B"), None, now).await;
    assert_eq!(renamed.expect("answers"), None);
    let epoch = store.set_password(id, None, &hash, now).await;
    assert_eq!(epoch.expect("answers"), None);
    assert_eq!(
        store.set_active(id, true, now).await.expect("answers"),
        None
    );
    assert_eq!(store.disable_user(id, now).await.expect("answers"), None);
    let upgraded = store.upgrade_hash(id, &hash, &hash).await;
    assert!(!upgraded.expect("answers"));
    assert!(!store.delete_user(id).await.expect("answers"));
    assert!(!store.delete_account(id).await.expect("answers"));
}

/// Any script, quotes, empty names, and the longest that the domain allows.
pub async fn names_and_usernames_come_back_as_they_were(store: Store) {
    let longest_name = "\u{1f600}".repeat(150);
    let names = [
        "",
        "O'Brien \"x\"",
        "\u{5f35}\u{5049}",
        "A\u{30a}ngstro\u{308}m",
        &longest_name,
    ];
    let longest_username = "aB0.@+_-".repeat(20)[..150].to_owned();
    for (number, name) in (1..).zip(names) {
        let username = format!("{number}{longest_username}")[..150].to_owned();
        let new = NewUser {
            username: Username::parse(&username).expect("a username"),
            first_name: name.to_owned(),
            last_name: name.to_owned(),
            ..new_user(number, "ada")
        };
        store.insert_user(new).await.expect("inserts");
        let user = stored_user(&store, user_id(number)).await;
        assert_eq!(user.first_name, name);
        assert_eq!(user.last_name, name);
        assert_eq!(user.username.as_str(), username);
        let renamed = store
            .update_names(user.id, Some("x"), Some(name), at(1))
            .await;
        let renamed = renamed.expect("renames").expect("the user is there");
        assert_eq!(renamed.last_name, name);
    }
}

/// What is not given stays; the change is dated.
pub async fn only_the_names_that_are_given_are_set(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    let changed = store
        .update_names(ada.id, Some("Augusta"), None, at(1))
        .await;
    let changed = changed.expect("updates").expect("the user is there");
    assert_eq!(changed.first_name, "Augusta");
    assert_eq!(changed.last_name, ada.last_name);
    assert_eq!(changed.updated_at, at(1));
    assert_eq!(changed.created_at, ada.created_at);
    let changed = store.update_names(ada.id, None, Some(""), at(2)).await;
    let changed = changed.expect("updates").expect("the user is there");
    assert_eq!((&*changed.first_name, &*changed.last_name), ("Augusta", ""));
    assert_eq!(changed.credential_epoch, ada.credential_epoch);
    assert_eq!(stored_user(&store, ada.id).await, changed);
    assert_eq!(stored_user(&store, bob.id).await, bob);
}

/// In the order of the keys' bytes whatever the locale, no user twice and none left out.
pub async fn pages_of_users_follow_the_keys(store: Store) {
    let names = [
        "b", "B2", "a_b", "a-b", "a.b", "A@b", "aab", "a+b", "ab", "a1", "Zoe",
    ];
    for (number, name) in (1..).zip(names) {
        add_user(&store, number, name).await;
    }
    let mut expected: Vec<_> = names.iter().map(|name| key(name)).collect();
    expected.sort();
    for limit in [1, 3, 11, 100] {
        let mut seen = Vec::new();
        loop {
            let page = store.list_users(seen.last(), limit).await.expect("lists");
            assert!(
                page.len() <= limit as usize,
                "a page of {} users",
                page.len()
            );
            if page.is_empty() {
                break;
            }
            seen.extend(page.iter().map(|user| user.username.key()));
        }
        assert_eq!(seen, expected, "pages of {limit}");
    }
    let after = store.list_users(Some(&key("a2")), 1).await.expect("lists");
    let after = after.first().map(|user| user.username.key());
    assert_eq!(after, Some(key("a@b")), "after a key that no user has");
    assert_eq!(store.list_users(None, 0).await.expect("lists"), []);
}

/// The user and no other; the name can be taken again.
pub async fn a_deleted_user_is_gone_and_the_name_free(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    assert!(store.delete_user(ada.id).await.expect("deletes"));
    assert!(!store.delete_user(ada.id).await.expect("answers"));
    assert_eq!(store.find_user(ada.id).await.expect("finds"), None);
    assert_eq!(store.find_account(&key("ada")).await.expect("finds"), None);
    assert_eq!(stored_user(&store, bob.id).await, bob);
    add_user(&store, 3, "Ada").await;
}

/// No session of the user is left, and no other session is touched.
pub async fn a_deleted_account_takes_its_sessions_along(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    open(&store, 1, &ada, at(0)).await;
    open(&store, 2, &ada, at(0)).await;
    let kept = open(&store, 3, &bob, at(0)).await;
    assert!(store.delete_account(ada.id).await.expect("deletes"));
    for number in [1, 2] {
        let found = store.find_session(session_id(number)).await.expect("finds");
        assert_eq!(found, None);
    }
    assert_eq!(store.find_user(ada.id).await.expect("finds"), None);
    assert_eq!(stored(&store, kept.id).await, kept);
}

/// The epoch is what ends sessions; a second disabling starts another one.
pub async fn disabling_starts_an_epoch_and_enabling_does_not(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let steps = [(true, 0), (false, 1), (true, 1), (false, 2), (false, 3)];
    for (second, (is_active, epoch)) in (1..).zip(steps) {
        let user = store.set_active(ada.id, is_active, at(second)).await;
        let user = user.expect("sets").expect("the user is there");
        assert_eq!(user.is_active, is_active);
        assert_eq!(user.credential_epoch, CredentialEpoch(epoch));
        assert_eq!(user.updated_at, at(second));
        assert_eq!(stored_user(&store, ada.id).await, user);
    }
}

/// Enabling lets the user in again, not the old sessions.
pub async fn a_disabled_user_has_no_sessions_even_after_enabling(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let bob = add_user(&store, 2, "bob").await;
    let before = open(&store, 1, &ada, at(0)).await;
    let other = open(&store, 2, &bob, at(0)).await;
    let disabled = store.disable_user(ada.id, at(1)).await.expect("disables");
    assert!(!disabled.expect("the user is there").is_active);
    assert!(!is_live(&store, before.id, at(1)).await);
    let reason = stored(&store, before.id).await.revocation;
    let reason = reason.map(|revocation| (revocation.reason, revocation.at));
    assert_eq!(reason, Some((RevocationReason::UserDisabled, at(1))));
    let enabled = store.set_active(ada.id, true, at(2)).await.expect("sets");
    let enabled = enabled.expect("the user is there");
    assert!(!is_live(&store, before.id, at(2)).await, "revived");
    let after = open(&store, 3, &enabled, at(3)).await;
    assert!(
        is_live(&store, after.id, at(3)).await,
        "cannot sign in again"
    );
    assert_eq!(stored(&store, other.id).await, other);
}
