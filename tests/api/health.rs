//! The probes, where a shutdown can be begun without an end.

use crate::world::World;

#[rocket::async_test]
async fn a_stopping_service_is_live_and_not_ready() {
    let world = World::new().await;
    let browser = world.browser();
    browser.get("health/ready").await.expect_ok();
    world.client.rocket().shutdown().notify();
    let answer = browser.get("health/ready").await;
    answer.expect_refusal(503, "not_ready");
    assert_eq!(answer.body["part"], "stopping");
    browser.get("health/live").await.expect_ok();
}
