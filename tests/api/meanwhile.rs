//! What somebody else does between the steps of a request.

use rocket_accounts::Accounts;
use rocket_accounts::domain::credentials::Username;
use rocket_accounts::store::UserStore;
use serde_json::json;

use crate::interposed::Interposed;
use crate::world::{PASSWORD, World};

#[rocket::async_test]
async fn a_change_of_a_password_that_was_replaced_meanwhile_does_not_go_through() {
    const THEIRS: &str = "set by an operator at noon";
    const NEW: &str = "a much better pass phrase";
    let store = Interposed::default();
    let builder = Accounts::builder().store(store.clone());
    let world = World::built("", builder, |rocket| rocket).await;
    let grace = json!({"username": "grace", "password": THEIRS});
    let registered = world.browser().post("auth/register/", &grace).await;
    assert_eq!(registered.status.code, 201, "{registered:#?}");
    let browser = world.signed_in("ada").await;
    let change = |current| json!({"current_password": current, "new_password": NEW});

    let key = Username::parse("grace").unwrap().key();
    let theirs = store
        .find_account(&key)
        .await
        .unwrap()
        .unwrap()
        .password_hash;
    *store.replacement.lock().unwrap() = theirs;
    let answer = browser.post("user/password/", &change(PASSWORD)).await;
    assert!(
        store.replacement.lock().unwrap().is_none(),
        "nothing happened"
    );
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
