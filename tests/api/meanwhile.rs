//! What somebody else does between the steps of a request: users in a store of the test's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use rocket_accounts::Accounts;
use rocket_accounts::domain::credentials::{PasswordHash, Username, UsernameKey};
use rocket_accounts::domain::user::{Account, CredentialEpoch, User, UserId};
use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts::store::{NewUser, Result, UserStore};
use serde_json::json;

use crate::world::{PASSWORD, World};

/// Sets another password right after the account has been read for a proof of the current one,
/// once, when it is told to.
#[derive(Debug, Clone, Default)]
struct Meanwhile {
    users: Arc<MemoryStore>,
    is_armed: Arc<AtomicBool>,
}

impl Meanwhile {
    async fn hash_of(&self, name: &str) -> PasswordHash {
        let key = Username::parse(name).unwrap().key();
        let account = self.users.find_account(&key).await.unwrap();
        account.unwrap().password_hash.unwrap()
    }
}

#[rocket::async_trait]
impl UserStore for Meanwhile {
    async fn insert_user(&self, user: NewUser) -> Result<User> {
        self.users.insert_user(user).await
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        self.users.find_user(id).await
    }

    async fn find_account(&self, key: &UsernameKey) -> Result<Option<Account>> {
        self.users.find_account(key).await
    }

    async fn find_account_by_id(&self, id: UserId) -> Result<Option<Account>> {
        let found = self.users.find_account_by_id(id).await;
        if self.is_armed.swap(false, Ordering::Relaxed) {
            let hash = self.hash_of("grace").await;
            let now = DateTime::UNIX_EPOCH;
            let set = self.users.set_password(id, None, &hash, now).await;
            assert!(set?.is_some());
        }
        found
    }

    async fn list_users(&self, after: Option<&UsernameKey>, limit: u32) -> Result<Vec<User>> {
        self.users.list_users(after, limit).await
    }

    async fn update_names(
        &self,
        id: UserId,
        first_name: Option<&str>,
        last_name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        let users = &self.users;
        users.update_names(id, first_name, last_name, now).await
    }

    async fn upgrade_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        self.users.upgrade_hash(id, old, new).await
    }

    async fn set_password(
        &self,
        id: UserId,
        expected: Option<CredentialEpoch>,
        hash: &PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CredentialEpoch>> {
        self.users.set_password(id, expected, hash, now).await
    }

    async fn set_active(
        &self,
        id: UserId,
        is_active: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<User>> {
        self.users.set_active(id, is_active, now).await
    }

    async fn delete_user(&self, id: UserId) -> Result<bool> {
        self.users.delete_user(id).await
    }
}

#[rocket::async_test]
async fn a_change_of_a_password_that_was_replaced_meanwhile_does_not_go_through() {
    const THEIRS: &str = "set by an operator at noon";
    const NEW: &str = "a much better pass phrase";
    let store = Meanwhile::default();
    let builder = Accounts::builder().user_store(store.clone());
    let world = World::built("", builder, |rocket| rocket).await;
    let grace = json!({"username": "grace", "password": THEIRS});
    let registered = world.browser().post("auth/register/", &grace).await;
    assert_eq!(registered.status.code, 201, "{registered:#?}");
    let browser = world.signed_in("ada").await;
    let change = |current| json!({"current_password": current, "new_password": NEW});

    store.is_armed.store(true, Ordering::Relaxed);
    let answer = browser.post("user/password/", &change(PASSWORD)).await;
    assert!(!store.is_armed.load(Ordering::Relaxed), "nothing happened");
    answer.expect_refusal(400, "invalid_fields");
    let errors = answer.body["errors"].as_object().unwrap();
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["current_password"]);
    for refused in [NEW, PASSWORD] {
        let answer = world.browser().log_in_with("ada", refused).await;
        answer.expect_refusal(401, "invalid_credentials");
    }

    // The control: undisturbed, the same change goes through.
    let browser = world.browser();
    browser.log_in_with("ada", THEIRS).await.expect_ok();
    let answer = browser.post("user/password/", &change(THEIRS)).await;
    answer.expect_ok();
    world.browser().log_in_with("ada", NEW).await.expect_ok();
}
