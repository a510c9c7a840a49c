//! The guards in a host application.

use std::sync::Arc;

use rocket::error::ErrorKind;
use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::Client;
use rocket_accounts::{AccessClaims, Accounts, CurrentUser, MaybeUser};

use crate::support::{Call, TestApp, figment};

#[rocket::get("/who")]
pub(super) fn who(user: CurrentUser) -> String {
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

async fn app() -> TestApp {
    TestApp::host("", |rocket| {
        rocket.mount("/", rocket::routes![who, claims, maybe])
    })
    .await
}

#[rocket::async_test]
async fn each_guard_hands_out_what_it_means() {
    let app = app().await;
    let browser = app.signed_in("ada").await;
    let ada = app.accounts().find_user("ada").await.unwrap();
    let at = |path: &str| browser.send(Call::get("").at(path));
    assert!(at("/who").await.text.starts_with("ada "));
    assert_eq!(at("/claims").await.text, ada.id.to_string());
    assert_eq!(at("/maybe").await.text, "ada");
    let anonymous = app.browser();
    assert_eq!(
        anonymous.send(Call::get("").at("/maybe")).await.text,
        "nobody"
    );
    assert_eq!(
        anonymous.send(Call::get("").at("/who")).await.status.code,
        401
    );
}

#[rocket::async_test]
async fn only_claims_outlive_a_logout() {
    let app = app().await;
    let browser = app.signed_in("ada").await;
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
    let app = app().await;
    let browser = app.signed_in("ada").await;
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
    let app = app().await;
    let browser = app.browser();
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
    let app = TestApp {
        client: Arc::new(Client::untracked(rocket).await.unwrap()),
        clock: Arc::default(),
    };
    let browser = app.signed_in("ada").await;
    browser.get("user/").await.expect_ok();
    browser.refresh().await.expect_ok();
    browser.log_out().await.expect_ok();
}

/// It keeps cookies in a jar of its own, and sends no header.
#[rocket::async_test]
async fn a_tracked_client_is_signed_in() {
    let stage = Accounts::stage();
    let rocket = rocket::custom(figment("")).mount("/", rocket::routes![who]);
    let client = Client::tracked(rocket.attach(stage)).await.unwrap();
    let body = serde_json::json!({"username": "ada", "password": crate::support::PASSWORD});
    let register = client.post("/accounts/auth/register/");
    let register = register.header(ContentType::JSON).body(body.to_string());
    assert_eq!(register.dispatch().await.status(), Status::Created);
    assert_eq!(client.get("/who").dispatch().await.status(), Status::Ok);
    let csrf = client
        .cookies()
        .get("csrftoken")
        .unwrap()
        .value()
        .to_owned();
    let post = |path| {
        let csrf = Header::new("X-CSRFToken", csrf.clone());
        client.post(path).header(csrf)
    };
    let refresh = post("/accounts/auth/refresh_token/").dispatch().await;
    assert_eq!(refresh.status(), Status::Ok);
    let logout = post("/accounts/auth/logout/").dispatch().await;
    assert_eq!(logout.status(), Status::Ok);
    assert_eq!(
        client.get("/who").dispatch().await.status(),
        Status::Unauthorized
    );
}
