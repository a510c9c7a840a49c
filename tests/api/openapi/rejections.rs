//! Every refusal that the description announces, made to happen, at each operation.

use chrono::TimeDelta;
use rocket::futures::future::join_all;
use rocket::http::Method;
use serde_json::{Value, json};

use crate::openapi::conformance::{document, operations};
use crate::outage::{KEY, app_without_store};
use crate::support::{Answer, Browser, Call, PASSWORD, TestApp};

/// Not made here: the first takes five seconds (`wire.rs` waits for it), and no request is
/// known to lead to the second.
const ELSEWHERE: [&str; 2] = ["request_timeout", "internal"];

/// One operation, as a front end calls it.
#[derive(Debug, Clone)]
struct Operation {
    id: &'static str,
    method: Method,
    path: String,
}

impl Operation {
    fn at(method: &str, template: &str) -> Self {
        let described = &document()["paths"][template][method.to_lowercase()];
        let id = described["operationId"].as_str().unwrap();
        let mut path = template.trim_start_matches('/').to_owned();
        path = path.replace("{id}", "00000000-0000-4000-8000-000000000000");
        if id == "logOut" {
            // A plain logout is content with anything.
            path.push_str("?everywhere");
        }
        Self {
            id,
            method: method.parse().unwrap(),
            path,
        }
    }

    fn call(&self) -> Call {
        self.with(&match self.id {
            "logIn" => json!({"username": "ada", "password": PASSWORD}),
            "register" => json!({"username": "bob", "password": PASSWORD}),
            "changePassword" => {
                json!({"current_password": PASSWORD, "new_password": "staple battery horse correct"})
            }
            "renameUser" => json!({"first_name": "Augusta"}),
            "reauthenticate" | "deleteUser" => json!({"password": PASSWORD}),
            _ => return Call::new(self.method, &self.path),
        })
    }

    fn with(&self, body: &Value) -> Call {
        Call::new(self.method, &self.path).json(body)
    }

    fn with_text(&self, content_type: &str, text: &str) -> Call {
        Call::new(self.method, &self.path).body(content_type, text)
    }
}

/// A signed-in browser to which `happens`, before it calls.
async fn signed_in(operation: &Operation, happens: impl AsyncFnOnce(&TestApp, &Browser)) -> Answer {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    happens(&app, &browser).await;
    browser.send(operation.call()).await
}

/// The cookies stay, whatever their `Max-Age`.
fn keep_cookies(browser: &Browser) {
    for cookie in browser.cookies() {
        browser.plant(&cookie.name, &cookie.value, &cookie.path);
    }
}

async fn send(call: Call) -> Answer {
    let app = TestApp::new().await;
    app.signed_in("ada").await.send(call).await
}

async fn throttled(operation: &Operation) -> Answer {
    let settings = "throttle = { login_per_minute = 1, register_per_hour = 1, \
                    refresh_of_session_per_minute = 1, password_proof_per_minute = 1 }";
    let app = TestApp::with(settings).await;
    let browser = app.signed_in("ada").await;
    let from = "192.0.2.1:1";
    let mut call = operation.call();
    if operation.id == "changePassword" {
        call = operation.with(&json!({"current_password": "x", "new_password": PASSWORD}));
    } else if operation.id != "register" {
        call = operation.with(&json!({"username": "ada", "password": "x"}));
    }
    if operation.id == "deleteUser" || operation.id == "reauthenticate" {
        call = operation.with(&json!({"password": "x"}));
    }
    browser.send_from(from, call.clone()).await;
    browser.send_from(from, call).await
}

async fn without_store(operation: &Operation) -> Answer {
    let healthy = TestApp::with(&format!("keys = {{ active = \"{KEY}\" }}")).await;
    let signed_in = healthy.signed_in("ada").await;
    let browser = app_without_store().await.browser();
    for cookie in signed_in.cookies() {
        browser.plant(&cookie.name, &cookie.value, &cookie.path);
    }
    if operation.id == "getCsrfToken" {
        // The store is asked about the session whose cookie is missing.
        browser.forget("csrftoken");
    }
    browser.send(operation.call()).await
}

/// Makes `operation` answer with `code`.
async fn provoke(operation: &Operation, code: &str) -> Answer {
    let nobody = || async { TestApp::new().await.browser().send(operation.call()).await };
    match code {
        "not_authenticated" | "refresh_token_missing" => nobody().await,
        "invalid_credentials" => {
            send(operation.with(&json!({"username": "x", "password": "y"}))).await
        }
        "token_not_valid" => {
            signed_in(operation, async |_, browser| {
                for name in ["access_token", "refresh_token"] {
                    browser.tamper_with(name);
                }
            })
            .await
        }
        "token_expired" => {
            signed_in(operation, async |app, browser| {
                keep_cookies(browser);
                app.pass(TimeDelta::minutes(20));
            })
            .await
        }
        "session_ended" => {
            signed_in(operation, async |_, browser| {
                let thief = browser.copy();
                thief.log_out().await.expect_ok();
            })
            .await
        }
        "csrf_failed" => {
            // A proxy asks by GET about a request that it names.
            let call = operation.call().header("X-Forwarded-Method", "POST");
            send(call.header("Sec-Fetch-Site", "cross-site")).await
        }
        "reauthentication_required" => {
            let later = async |app: &TestApp, _: &Browser| app.pass(TimeDelta::minutes(11));
            signed_in(operation, later).await
        }
        "registration_closed" => {
            let app = TestApp::with("registration = \"closed\"").await;
            app.browser().send(operation.call()).await
        }
        "username_taken" => {
            send(operation.with(&json!({"username": "ada", "password": PASSWORD}))).await
        }
        "not_found" => send(operation.call()).await,
        "bad_request" => {
            let perhaps = operation.path.replace("everywhere", "everywhere=perhaps");
            send(Call::new(operation.method, &perhaps)).await
        }
        "malformed_body" => send(operation.with_text("application/json", "{")).await,
        "invalid_fields" => send(operation.with(&json!({"first_name": 5, "password": 5}))).await,
        "body_too_large" => send(operation.with_text("application/json", &" ".repeat(9000))).await,
        "unsupported_media_type" => send(operation.with_text("text/plain", "{}")).await,
        "too_many_attempts" => throttled(operation).await,
        "unavailable" | "not_ready" => without_store(operation).await,
        code => panic!("say here how {} comes to refuse with {code}", operation.id),
    }
}

/// Each operation with the statuses and codes of its refusals.
fn described() -> Vec<(Operation, String, &'static str)> {
    let mut described = Vec::new();
    for (method, path) in operations() {
        let operation = Operation::at(&method, &path);
        let responses = &document()["paths"][&path][method.to_lowercase()]["responses"];
        for (status, response) in responses.as_object().unwrap() {
            let problem = &response["content"]["application/problem+json"]["schema"];
            let codes = &problem["allOf"][1]["properties"]["code"]["enum"];
            for code in codes.as_array().into_iter().flatten() {
                let code = code.as_str().unwrap();
                described.push((operation.clone(), status.clone(), code));
            }
        }
    }
    described.retain(|(_, _, code)| !ELSEWHERE.contains(code));
    described
}

#[rocket::async_test]
async fn every_described_refusal_happens() {
    let described = described();
    assert!(described.len() > 80, "{described:#?}");
    // At once: a store that is down is waited for.
    let all = described.iter().map(async |(operation, status, code)| {
        let answer = provoke(operation, code).await;
        let got = (answer.status.code.to_string(), answer.body["code"].as_str());
        assert_eq!(got, (status.clone(), Some(*code)), "{}", operation.id);
    });
    join_all(all).await;
}
