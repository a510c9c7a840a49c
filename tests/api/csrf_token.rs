//! `GET csrf_token/`.

use chrono::TimeDelta;

use crate::world::World;

#[rocket::async_test]
async fn the_token_is_in_the_body_and_in_the_cookie() {
    let world = World::new().await;
    let browser = world.browser();
    let answer = browser.get("csrf_token/").await;
    let token = answer.expect_ok().body["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(browser.cookie("csrftoken"), Some(token.clone()));
    assert_eq!(answer.all("set-cookie").count(), 1);
    // Renewed, not replaced: another tab may hold it.
    assert_eq!(
        browser.get("csrf_token/").await.body["token"],
        token.as_str()
    );
    assert_ne!(
        world.browser().get("csrf_token/").await.body["token"],
        token.as_str()
    );
}

#[rocket::async_test]
async fn a_foreign_cookie_is_replaced() {
    let world = World::new().await;
    let browser = world.browser();
    browser.plant("csrftoken", "made-up-by-a-sibling", "/");
    browser.get("csrf_token/").await.expect_ok();
    assert_ne!(browser.cookie("csrftoken").unwrap(), "made-up-by-a-sibling");
}

#[rocket::async_test]
async fn a_session_has_one_token() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    let token = browser.cookie("csrftoken").unwrap();
    browser.forget("csrftoken");
    assert_eq!(
        browser.get("csrf_token/").await.body["token"],
        token.as_str()
    );
    browser.refresh().await.expect_ok();
    assert_eq!(browser.cookie("csrftoken").unwrap(), token);
    // While the access cookie has run out, the token is kept for the refresh cookie's session.
    world.pass(TimeDelta::minutes(20));
    assert_eq!(
        browser.get("csrf_token/").await.body["token"],
        token.as_str()
    );
}
