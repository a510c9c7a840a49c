//! What is said of a request that was refused: to the sinks of the host, and in the log.

use std::io;
use std::sync::{Arc, Mutex};

use rocket::http::{Method, Status};
use rocket::{get, post, routes};
use rocket_accounts::{Accounts, CurrentUser, Fresh};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::support::{Browser, Call, InterceptedStore, PASSWORD, RecordedEvents, TestApp};
use crate::throttle::HOME;

/// Two guards that fail for one reason, and a route that goes on all the same.
#[post("/both")]
fn both(user: Option<CurrentUser>, fresh: Option<Fresh<60>>) -> Status {
    assert!(user.is_none() && fresh.is_none());
    Status::NoContent
}

#[get("/both")]
fn read_both(user: Option<CurrentUser>, fresh: Option<Fresh<60>>) -> Status {
    both(user, fresh)
}

#[get("/mine")]
fn mine(user: CurrentUser) -> String {
    user.username.to_string()
}

/// Each layer of CSRF protection, wherever it stands.
#[rocket::async_test]
async fn a_forged_request_is_heard_once() {
    let events = RecordedEvents::default();
    let builder = Accounts::builder().event_sink(events.clone());
    let mount = |rocket: rocket::Rocket<rocket::Build>| rocket.mount("/", routes![both]);
    let app = TestApp::built("", builder, mount).await;
    let ada = app.signed_in("ada").await;
    let password = json!({"password": PASSWORD});
    let form = |path| Call::post(path).body("application/x-www-form-urlencoded", "a=b");
    let elsewhere = |call: Call| call.header("Sec-Fetch-Site", "cross-site");
    let asked = Call::get("auth/verify/").header("X-Forwarded-Method", "POST");
    for call in [
        // Where a request comes from.
        elsewhere(Call::post("auth/login/").json(&password)),
        elsewhere(Call::post("auth/refresh_token/")),
        elsewhere(Call::post("auth/logout/")),
        elsewhere(form("auth/login/")),
        elsewhere(Call::post("auth/reauthenticate/").json(&password)),
        elsewhere(Call::new(Method::Delete, "sessions/")),
        // The token.
        Call::post("auth/logout/").without_csrf_token(),
        Call::post("auth/reauthenticate/")
            .json(&password)
            .without_csrf_token(),
        Call::new(Method::Delete, "sessions/").without_csrf_token(),
        Call::new(Method::Patch, "user/")
            .json(&json!({"first_name": "A"}))
            .without_csrf_token(),
        asked.without_csrf_token(),
    ] {
        let what = format!("{call:?}");
        events.take();
        let answer = ada.copy().send_from(HOME, call).await;
        answer.expect_refusal(403, "csrf_failed");
        let event = events.expect_one("csrf_failed");
        assert_eq!(event.address, Some("192.0.2.1".parse().unwrap()), "{what}");
    }
    // However many guards fail for it.
    events.take();
    let call = Call::post("/both").at("/both").without_csrf_token();
    assert_eq!(ada.copy().send(call).await.status.code, 204);
    events.expect_one("csrf_failed");
}

/// The lines of the log that this thread writes.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

async fn answered(browser: &Browser, call: Call, status: u16) {
    assert_eq!(browser.copy().send(call).await.status.code, status);
}

/// By a route, by a guard, and by several guards of one request.
#[rocket::async_test]
async fn trouble_with_the_store_is_logged_once_for_a_request() {
    let store = InterceptedStore::default();
    let builder = Accounts::builder().store(store.clone());
    let mount = |rocket: rocket::Rocket<rocket::Build>| rocket.mount("/", routes![read_both, mine]);
    let app = TestApp::built("", builder, mount).await;
    let ada = app.signed_in("ada").await;
    store.fail();

    let lines = Lines::default();
    let layer = tracing_subscriber::fmt::layer().with_writer(lines.clone());
    let _guard = tracing_subscriber::registry().with(layer).set_default();
    let login = json!({"username": "ada", "password": PASSWORD});
    for (call, status) in [
        (Call::post("auth/login/").json(&login), 503),
        (Call::get("user/"), 503),
        (Call::get("/mine").at("/mine"), 503),
        (Call::get("/both").at("/both"), 204),
    ] {
        let what = format!("{call:?}");
        lines.take();
        answered(&ada, call, status).await;
        let text = lines.take();
        let said = text.matches("the store is unavailable").count();
        assert!(text.contains("out of order"), "no cause for {what}: {text}");
        // The line, and its cause, which says so itself.
        assert_eq!(text.lines().count(), 1, "{what}: {text}");
        assert!(said >= 1, "{what}: {text}");
    }
}
