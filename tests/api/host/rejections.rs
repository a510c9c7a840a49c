//! Status codes, error pages and guards of the host application itself.

use rocket::http::Status;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome, Request};
use rocket_accounts::{CurrentUser, Rejection};

use crate::support::{Call, TestApp};

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

async fn with_catchers_everywhere() -> TestApp {
    TestApp::host("", |rocket| {
        let routes = rocket::routes![crate::host::guards::who, answers, admin, member];
        rocket
            .mount("/", routes)
            .register("/", rocket_accounts::catchers())
    })
    .await
}

/// The catchers at `/` give a host's refusals a body, and nothing else.
#[rocket::async_test]
async fn what_a_host_refuses_keeps_its_status() {
    let app = with_catchers_everywhere().await;
    let browser = app.browser();
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
    let app = with_catchers_everywhere().await;
    let admin = || Call::get("").at("/admin");
    let answer = app.browser().send(admin()).await;
    answer.expect_refusal(401, "not_authenticated");
    let browser = app.signed_in("ada").await;
    let answer = browser.send(admin()).await;
    answer.expect_refusal(403, "admins_only");
    assert_eq!(answer.body["detail"], "This is for admins.");
    let root = app.signed_in("root").await;
    assert_eq!(root.send(admin()).await.text, "secret");
}
