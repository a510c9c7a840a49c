//! Reads by a session that the store remembers: when it is believed, and when it is asked for.

use std::sync::atomic::Ordering;

use rocket_accounts::Accounts;
use rocket_accounts::domain::revocation::{Revocation, RevocationReason};
use rocket_accounts::domain::session::Session;
use rocket_accounts::domain::user::User;
use rocket_accounts::store::AccountStore;

use crate::support::{Browser, InterceptedStore, TestApp};

/// Ada, signed in, and what the store has of her session.
async fn signed_in(store: &InterceptedStore) -> (TestApp, Browser, (Session, User)) {
    let builder = Accounts::builder().store(store.clone());
    let app = TestApp::built("", builder, |rocket| rocket).await;
    let browser = app.signed_in("ada").await;
    // Confirms the session, so that nothing is left to note.
    let id = browser.session_id().await;
    let found = store.store.find_session_with_user(id).await.unwrap();
    (app, browser, found.unwrap())
}

/// Reads who is signed in while that is remembered; how often the store was asked.
async fn read(store: &InterceptedStore, browser: &Browser, cached: (Session, User)) -> u32 {
    *store.cached.lock().unwrap() = Some(cached);
    let before = store.asked.load(Ordering::Relaxed);
    let answer = browser.get("user/").await;
    assert_eq!(answer.expect_ok().body["username"], "ada");
    store.asked.load(Ordering::Relaxed) - before
}

#[rocket::async_test]
async fn a_session_that_is_remembered_as_live_is_not_asked_for() {
    let store = InterceptedStore::default();
    let (_app, browser, cached) = signed_in(&store).await;
    assert!(cached.0.confirmed);
    assert_eq!(read(&store, &browser, cached).await, 0);
}

#[rocket::async_test]
async fn a_session_that_is_remembered_otherwise_is_asked_for() {
    let store = InterceptedStore::default();
    let (app, browser, (session, user)) = signed_in(&store).await;
    let mut ended = session.clone();
    ended.revocation = Some(Revocation {
        at: app.accounts().now(),
        reason: RevocationReason::Logout,
    });
    let mut unconfirmed = session.clone();
    unconfirmed.confirmed = false;
    for other in [ended, unconfirmed] {
        assert_eq!(read(&store, &browser, (other, user.clone())).await, 1);
    }
    let mut disabled = user;
    disabled.is_active = false;
    assert_eq!(read(&store, &browser, (session, disabled)).await, 1);
}

#[rocket::async_test]
async fn a_session_that_is_remembered_as_anothers_is_asked_for() {
    let store = InterceptedStore::default();
    let (app, browser, (session, _)) = signed_in(&store).await;
    let grace = app.user("grace").await;
    let mut hers = session;
    hers.user_id = grace.id;
    assert_eq!(read(&store, &browser, (hers, grace)).await, 1);
}
