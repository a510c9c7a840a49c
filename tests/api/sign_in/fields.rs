//! What is typed into the fields of a form, and what is said of fields that are not filled in.

use regex::Regex;
use rocket::http::Method;
use serde_json::{Map, Value, json};

use crate::support::{Call, PASSWORD, TestApp};

const OTHER_PASSWORD: &str = "a much better pass phrase";

/// Blanks around a name are not chosen; keyboards add them. A password is as it was typed.
#[rocket::async_test]
async fn blanks_around_a_name_are_not_meant() {
    let app = TestApp::new().await;
    app.user("ada").await;
    for name in [" ada", "ada ", "\tAda\r\n"] {
        let answer = app.browser().log_in_with(name, PASSWORD).await;
        assert_eq!(answer.expect_ok().body["user"]["username"], "ada");
    }
    for password in [format!("{PASSWORD} "), format!(" {PASSWORD}")] {
        let answer = app.browser().log_in_with("ada", &password).await;
        answer.expect_refusal(401, "invalid_credentials");
    }
    let register = |name: &'static str| {
        let body = json!({"username": name, "password": format!(" {OTHER_PASSWORD} ")});
        let browser = app.browser();
        async move { browser.post("auth/register/", &body).await }
    };
    let answer = register(" bob\n").await;
    assert_eq!(answer.body["user"]["username"], "bob", "{answer:#?}");
    register("Bob ").await.expect_refusal(409, "username_taken");
    register("b ob").await.expect_refusal(400, "invalid_fields");
    let answer = app.browser().log_in_with("bob", OTHER_PASSWORD).await;
    answer.expect_refusal(401, "invalid_credentials");
}

/// Blanks are no way around the limit of guesses at a name.
#[rocket::async_test]
async fn a_name_with_blanks_is_limited_as_the_name() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let guess = |name: &'static str| {
        let body = json!({"username": name, "password": "wrong"});
        let browser = app.browser();
        async move {
            let call = Call::post("auth/login/").json(&body);
            browser.send_from("192.0.2.1:1", call).await.status.code
        }
    };
    for name in ["ada", " ada", "ada ", "\tada", "ada\n"] {
        assert_eq!(guess(name).await, 401);
    }
    assert_eq!(guess("  ada  ").await, 429);
}

#[rocket::async_test]
async fn fields_that_are_missing_or_empty_are_reported_together() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada").await;
    for (method, path, fields) in [
        (Method::Post, "auth/login/", &["password", "username"][..]),
        (Method::Post, "auth/register/", &["password", "username"]),
        (Method::Post, "auth/reauthenticate/", &["password"]),
        (
            Method::Post,
            "user/password/",
            &["current_password", "new_password"],
        ),
        (Method::Delete, "user/", &["password"]),
    ] {
        let all = |value: &str| {
            let pairs = fields
                .iter()
                .map(|field| ((*field).to_owned(), json!(value)));
            Value::Object(pairs.collect::<Map<_, _>>())
        };
        for (body, says) in [(json!({}), "is required"), (all(""), "must not be empty")] {
            let answer = ada.send(Call::new(method, path).json(&body)).await;
            answer.expect_refusal(400, "invalid_fields");
            let errors = answer.body["errors"].as_object().unwrap();
            assert_eq!(errors.keys().collect::<Vec<_>>(), fields, "{path} {body}");
            for (field, texts) in errors {
                let subject = match field.as_str() {
                    "username" => "Username",
                    "password" => "Password",
                    "current_password" => "Current password",
                    _ => "New password",
                };
                let sentence = format!("{subject} {says}");
                assert_eq!(*texts, json!([sentence]), "{path} {field}");
            }
        }
    }
    // A name of blanks alone is as good as none.
    let answer = app.browser().log_in_with(" \t", "").await;
    answer.expect_refusal(400, "invalid_fields");
    let says = json!({
        "username": ["Username must not be empty"],
        "password": ["Password must not be empty"],
    });
    assert_eq!(answer.body["errors"], says);
}

/// What the description says of a username and what the service says of it are the same.
#[rocket::async_test]
async fn the_described_pattern_of_a_username_is_what_is_taken() {
    let app = TestApp::with("openapi = true\nthrottle = { enabled = false }").await;
    let browser = app.browser();
    let description = browser.get("openapi.json").await;
    let pattern = |path: &str| {
        let operation = &description.body["paths"][path]["post"];
        let content = &operation["requestBody"]["content"]["application/json"];
        let mut schema = &content["schema"];
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.rsplit('/').next().unwrap();
            schema = &description.body["components"]["schemas"][name];
        }
        let pattern = schema["properties"]["username"]["pattern"].as_str();
        Regex::new(pattern.unwrap()).unwrap()
    };
    let [register, login] = ["register", "login"].map(|route| {
        let path = format!("/auth/{route}/");
        let described = description.body["paths"].as_object().unwrap();
        let path = described.keys().find(|found| found.ends_with(&path));
        pattern(path.unwrap())
    });
    let names = [
        "ada",
        "Ada",
        "a",
        "a.b@c+d-e_f",
        "42",
        " ada",
        "ada\t",
        "\r\nada ",
        "",
        " ",
        "a b",
        "ä",
        "a/b",
        "\u{a0}ada",
        "ada\u{2003}",
        "a\0",
        "\0",
        "a\u{b}",
    ];
    for (number, name) in names.into_iter().enumerate() {
        // A name of its own for each, where it can be one.
        let name = name.replacen('a', &format!("a{number}"), 1);
        let body = json!({"username": name, "password": OTHER_PASSWORD});
        let registered = app.browser().post("auth/register/", &body).await;
        let is_taken = registered.status.code == 201;
        assert_eq!(
            register.is_match(&name),
            is_taken,
            "{name:?}: {registered:#?}"
        );
        let logged_in = app.browser().post("auth/login/", &body).await;
        let is_judged = logged_in.status.code != 400;
        assert_eq!(login.is_match(&name), is_judged, "{name:?}: {logged_in:#?}");
    }
}
