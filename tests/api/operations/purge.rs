//! The purge in the background.

use std::sync::Arc;

use chrono::TimeDelta;
use rocket::local::asynchronous::Client;
use rocket_accounts::Accounts;
use rocket_accounts::domain::clock::ManualClock;
use rocket_accounts::store::sea::{Database, DatabaseOptions, SeaStore};

use crate::support::{TestApp, figment};

async fn app_on(store: SeaStore, clock: Arc<ManualClock>) -> TestApp {
    let stage = Accounts::builder()
        .store(store)
        .clock(clock.clone())
        .stage();
    let rocket = rocket::custom(figment("")).attach(stage);
    TestApp {
        client: Arc::new(Client::untracked(rocket).await.unwrap()),
        clock,
    }
}

#[rocket::async_test]
async fn a_start_removes_what_ended_long_ago_and_a_restart_logs_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!(
        "sqlite://{}",
        folder.path().join("accounts.sqlite3").display()
    );
    let database = Database::connect(&DatabaseOptions::new(url)).await.unwrap();
    database.migrate_up().await.unwrap();
    let store = SeaStore::new(database.clone());
    let clock = Arc::new(ManualClock::default());

    let before = app_on(store.clone(), clock.clone()).await;
    let ended = before.signed_in("ada").await;
    let ended_id = ended.session_id().await;
    ended.log_out().await.expect_ok();
    let live = before.browser();
    live.log_in("ada").await.expect_ok();
    let live_id = live.session_id().await;
    before.pass(TimeDelta::days(8));

    let after = app_on(store, clock).await;
    // The purge runs beside the requests: bounded turns until it has been.
    for _ in 0..2000 {
        if after
            .store()
            .find_session(ended_id)
            .await
            .unwrap()
            .is_none()
        {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(after.store().find_session(ended_id).await.unwrap(), None);
    let kept = after.store().find_session(live_id).await.unwrap();
    assert_eq!(kept.unwrap().revocation, None);
    database.close().await;
}
