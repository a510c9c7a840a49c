//! The guards in a host application.

use std::sync::Arc;

use rocket::error::ErrorKind;
use rocket::local::asynchronous::Client;
use rocket_accounts::{AccessClaims, Accounts, CurrentUser, MaybeUser};

use crate::actor::Call;
use crate::world::{World, figment};

#[rocket::get("/who")]
fn who(user: CurrentUser) -> String {
    format!("{} {}", user.username, user.session().id)
}

#[rocket::get("/claims")]
fn claims(claims: AccessClaims) -> String {
    claims.sub.to_string()
}

#[rocket::get("/maybe")]
fn maybe(user: MaybeUser) -> String {
    user.into_user()
        .map_or("nobody".into(), |user| user.username.to_string())
}

async fn world() -> World {
    World::host("", |rocket| {
        rocket.mount("/", rocket::routes![who, claims, maybe])
    })
    .await
}

#[rocket::async_test]
async fn each_guard_hands_out_what_it_means() {
    let world = world().await;
    let browser = world.signed_in("ada").await;
    let ada = world.accounts().find_user("ada").await.unwrap();
    let at = |path: &str| browser.send(Call::get("").at(path));
    assert!(at("/who").await.text.starts_with("ada "));
    assert_eq!(at("/claims").await.text, ada.id.to_string());
    assert_eq!(at("/maybe").await.text, "ada");
    let stranger = world.browser();
    assert_eq!(
        stranger.send(Call::get("").at("/maybe")).await.text,
        "nobody"
    );
    assert_eq!(
        stranger.send(Call::get("").at("/who")).await.status.code,
        401
    );
}

#[rocket::async_test]
async fn only_claims_outlive_a_logout() {
    let world = world().await;
    let browser = world.signed_in("ada").await;
    let copy = browser.copy();
    browser.log_out().await.expect_ok();
    assert_eq!(
        copy.send_only(Call::get("").at("/claims"))
            .await
            .status
            .code,
        200
    );
    for path in ["/who", "/maybe"] {
        assert_eq!(
            copy.send_only(Call::get("").at(path)).await.status.code,
            401,
            "{path}"
        );
    }
}

#[rocket::async_test]
async fn a_hosts_own_error_page_gets_the_headers_of_the_refusal() {
    let world = world().await;
    let browser = world.signed_in("ada").await;
    let copy = browser.copy();
    browser.log_out().await.expect_ok();
    let answer = copy.send(Call::get("").at("/who")).await;
    assert_eq!(
        answer.cleared(),
        ["access_token", "csrftoken", "refresh_token"]
    );
    assert!(answer.header("www-authenticate").is_some());
    assert!(
        answer.text.contains("<html"),
        "Rocket's own page: {answer:#?}"
    );
}

#[rocket::async_test]
async fn a_bad_credential_is_not_nobody() {
    let world = world().await;
    let browser = world.browser();
    browser.plant("access_token", "garbage", "/");
    assert_eq!(
        browser.send(Call::get("").at("/maybe")).await.status.code,
        401
    );
}

#[rocket::async_test]
async fn a_route_without_its_stage_does_not_launch() {
    for routes in [
        rocket::routes![who],
        rocket::routes![claims],
        rocket::routes![maybe],
    ] {
        let rocket = rocket::custom(figment("")).mount("/", routes);
        let error = Client::untracked(rocket).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::SentinelAborts(_)),
            "{:?}",
            error.kind()
        );
    }
}

#[rocket::async_test]
async fn a_bad_configuration_stops_the_launch() {
    let settings = figment("no_such_setting = 1");
    let rocket = rocket::custom(settings).attach(Accounts::stage());
    let error = Client::untracked(rocket).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::FailedFairings(_)),
        "{:?}",
        error.kind()
    );
}

#[rocket::async_test]
async fn a_host_brings_its_own_users() {
    use rocket_accounts::store::memory::MemoryStore;
    let stage = Accounts::builder()
        .user_store(MemoryStore::default())
        .stage();
    let rocket = rocket::custom(figment("")).attach(stage);
    let world = World {
        client: Arc::new(Client::untracked(rocket).await.unwrap()),
        clock: Arc::default(),
    };
    let browser = world.signed_in("ada").await;
    browser.get("user/").await.expect_ok();
    browser.refresh().await.expect_ok();
    browser.log_out().await.expect_ok();
}
