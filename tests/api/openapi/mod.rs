//! `openapi.json`, and the page at `docs/` that shows it.

pub mod conformance;
mod rejections;

use serde_json::{Value, json};

use crate::support::{Call, TestApp};

#[rocket::async_test]
async fn the_document_follows_the_configuration() {
    let settings = "openapi = true\nbase = \"/api/sign-in\"\npassword.min_length = 20\n\
                    token.allow_bearer = false\npublic_origin = \"https://app.example\"\n\
                    cookie.allow_insecure = false";
    let app = TestApp::with(settings).await;
    let browser = app.browser();
    let answer = browser
        .send(Call::get("").at("/api/sign-in/openapi.json"))
        .await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let document = &answer.body;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["servers"][0]["url"], "/api/sign-in");
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["accessCookie"]["name"], "__Host-access_token");
    assert_eq!(schemes["bearer"], Value::Null);
    let register = &document["paths"]["/auth/register/"]["post"];
    let body = &register["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["properties"]["password"]["minLength"], 20);
    assert_eq!(body["additionalProperties"], false);
    for path in ["/auth/login/", "/auth/register/"] {
        let body = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"];
        let body = &body["schema"];
        let remember = &body["properties"]["remember"];
        assert_eq!(
            (&remember["type"], &remember["default"]),
            (&json!("boolean"), &json!(true))
        );
        assert_eq!(body["required"], json!(["username", "password"]), "{path}");
    }
    let session = &document["components"]["schemas"]["Session"];
    assert_eq!(session["properties"]["remembered"]["type"], "boolean");
    assert!(
        session["required"]
            .as_array()
            .unwrap()
            .contains(&json!("remembered"))
    );
}

#[rocket::async_test]
async fn the_page_has_a_policy_of_its_own_and_loads_from_here_alone() {
    let app = TestApp::with("openapi = true").await;
    let browser = app.browser();
    for (path, content_type, holds) in [
        (
            "docs/",
            "text/html; charset=utf-8",
            "/accounts/docs/start.js",
        ),
        (
            "docs",
            "text/html; charset=utf-8",
            "data-base=\"/accounts\"",
        ),
        ("docs/start.js", "text/javascript", "X-CSRFToken"),
        (
            "docs/swagger-ui-bundle.js",
            "text/javascript",
            "SwaggerUIBundle",
        ),
        (
            "docs/swagger-ui.css",
            "text/css; charset=utf-8",
            ".swagger-ui",
        ),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status.code, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some(content_type), "{path}");
        assert!(answer.text.contains(holds), "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "connect-src 'self'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
    }
    let page = browser.get("docs/").await;
    assert!(!page.text.contains("http:") && !page.text.contains("https:"));
    let strict = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    for path in ["openapi.json", "docs/x", "docs/swagger-ui.css/x", "user/"] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert_eq!(policy, Some(strict), "{path}");
    }
    browser
        .get("docs/nope")
        .await
        .expect_refusal(404, "not_found");
}

#[rocket::async_test]
async fn neither_is_there_unless_it_is_switched_on() {
    let browser = TestApp::new().await.browser();
    for path in ["openapi.json", "docs/", "docs/swagger-ui.css"] {
        browser.get(path).await.expect_refusal(404, "not_found");
    }
}
