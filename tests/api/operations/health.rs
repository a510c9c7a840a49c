//! The probes, where a shutdown can be begun without an end.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rocket_accounts::Accounts;
use rocket_accounts::domain::ring::{KeyId, RingIds};
use rocket_accounts::store::{MemoryRing, Result, RingRecord, RingStore};

use crate::support::{Browser, TestApp};

#[rocket::async_test]
async fn a_stopping_service_is_live_and_not_ready() {
    let app = TestApp::new().await;
    let browser = app.browser();
    browser.get("health/ready").await.expect_ok();
    app.client.rocket().shutdown().notify();
    let answer = browser.get("health/ready").await;
    answer.expect_refusal(503, "not_ready");
    assert_eq!(answer.body["part"], "stopping");
    browser.get("health/live").await.expect_ok();
}

/// A record that the test can get at too.
#[derive(Debug, Clone, Default)]
struct Record(Arc<MemoryRing>);

#[rocket::async_trait]
impl RingStore for Record {
    async fn find_ring(&self) -> Result<Option<RingRecord>> {
        self.0.find_ring().await
    }

    async fn replace_ring(
        &self,
        expected: Option<i64>,
        ring: &RingIds,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.0.replace_ring(expected, ring, now).await
    }
}

async fn expect_ready(browser: &Browser) {
    let answer = browser.get("health/ready").await;
    assert_eq!(answer.expect_ok().body["status"], "ready");
}

#[rocket::async_test]
async fn a_replica_whose_keys_differ_is_live_and_not_ready() {
    let record = Record::default();
    let builder = Accounts::builder().ring_store(record.clone());
    let app = TestApp::built("", builder, |rocket| rocket).await;
    let browser = app.signed_in("ada").await;
    expect_ready(&browser).await;

    // Another replica, whose keys this one has not got, says that its own are the right ones.
    let own = record.find_ring().await.unwrap().unwrap();
    let foreign = RingIds {
        active: KeyId::from("foreign".to_owned()),
        others: vec![own.ring.active.clone()],
    };
    let now = app.accounts().now();
    let replaced = record.replace_ring(Some(own.revision), &foreign, now).await;
    assert!(replaced.unwrap());
    let answer = browser.get("health/ready").await;
    answer.expect_refusal(503, "not_ready");
    assert_eq!(answer.body["part"], "keys");
    browser.get("health/live").await.expect_ok();
    browser.get("user/").await.expect_ok();

    app.accounts().adopt_keys().await.unwrap();
    expect_ready(&browser).await;
}
