//! The guards in a host application.

use std::sync::Arc;

use rocket::error::ErrorKind;
use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::Client;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome, Request};
use rocket_accounts::{AccessClaims, Accounts, CurrentUser, MaybeUser, Rejection};

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

#[rocket::get("/answers/<code>")]
fn answers(code: u16) -> rocket::http::Status {
    rocket::http::Status::new(code)
}

/// A guard of a host that refuses in a form of ours, and one that does not.
struct Admin;
struct Member;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Admin {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let user = try_outcome!(request.guard::<CurrentUser>().await);
        if user.username.as_str() == "root" {
            return Outcome::Success(Self);
        }
        Rejection::new(Status::Forbidden, "admins_only", "This is for admins.").outcome(request)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Member {
    type Error = ();

    async fn from_request(_: &'r Request<'_>) -> Outcome<Self, ()> {
        Outcome::Error((Status::Forbidden, ()))
    }
}

#[rocket::get("/admin")]
fn admin(_admin: Admin) -> &'static str {
    "secret"
}

#[rocket::get("/member")]
fn member(_member: Member) -> &'static str {
    "secret"
}

async fn with_catchers_everywhere() -> World {
    World::host("", |rocket| {
        let routes = rocket::routes![who, answers, admin, member];
        rocket
            .mount("/", routes)
            .register("/", rocket_accounts::catchers())
    })
    .await
}

/// The catchers at `/` give a host's refusals a body, and nothing else.
#[rocket::async_test]
async fn what_a_host_refuses_keeps_its_status() {
    let world = with_catchers_everywhere().await;
    let browser = world.browser();
    for (status, code) in [
        (400, "bad_request"),
        (402, "payment_required"),
        (403, "forbidden"),
        (404, "not_found"),
        (409, "conflict"),
        (410, "gone"),
        (418, "client_error"),
        (422, "unprocessable_content"),
        (429, "too_many_requests"),
        (451, "client_error"),
        (500, "internal"),
        (502, "bad_gateway"),
        (503, "service_unavailable"),
        (507, "server_error"),
    ] {
        let answer = browser
            .send(Call::get("").at(&format!("/answers/{status}")))
            .await;
        assert_eq!(
            (answer.status.code, &answer.body["code"]),
            (status, &code.into())
        );
        for header in ["retry-after", "www-authenticate", "allow"] {
            assert_eq!(answer.header(header), None, "{answer:#?}");
        }
    }
    let answer = browser.send(Call::get("").at("/member")).await;
    answer.expect_refusal(403, "forbidden");
    let answer = browser.send(Call::get("").at("/nowhere")).await;
    answer.expect_refusal(404, "not_found");
    // Ours are as they were, there and at the base.
    let answer = browser.send(Call::get("").at("/who")).await;
    answer.expect_refusal(401, "not_authenticated");
    let answer = browser.send(Call::post("user/")).await;
    answer.expect_refusal(405, "method_not_allowed");
}

#[rocket::async_test]
async fn a_hosts_guard_refuses_with_a_code_of_its_own() {
    let world = with_catchers_everywhere().await;
    let admin = || Call::get("").at("/admin");
    let answer = world.browser().send(admin()).await;
    answer.expect_refusal(401, "not_authenticated");
    let browser = world.signed_in("ada").await;
    let answer = browser.send(admin()).await;
    answer.expect_refusal(403, "admins_only");
    assert_eq!(answer.body["detail"], "This is for admins.");
    let root = world.signed_in("root").await;
    assert_eq!(root.send(admin()).await.text, "secret");
}

/// It keeps cookies in a jar of its own, and sends no header.
#[rocket::async_test]
async fn a_tracked_client_is_signed_in() {
    let stage = Accounts::stage();
    let rocket = rocket::custom(figment("")).mount("/", rocket::routes![who]);
    let client = Client::tracked(rocket.attach(stage)).await.unwrap();
    let body = serde_json::json!({"username": "ada", "password": crate::world::PASSWORD});
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
