//! Public keys, and access tokens that they verify.

use rocket::http::{Header, Method, Status};
use rocket_accounts::crypto::{AccessRules, AccessVerifier};
use rocket_accounts::domain::clock::Clock;
use serde_json::Value;

use crate::support::{Call, TestApp};

const EDDSA: &str = "token = { algorithm = \"EdDSA\" }";
const ORIGIN: &str = "https://app.example";

async fn app() -> TestApp {
    let strict =
        format!("public_origin = \"{ORIGIN}\"\ncookie = {{ allow_insecure = false }}\n{EDDSA}");
    TestApp::with(&strict).await
}

#[rocket::async_test]
async fn the_public_keys_are_there_for_everybody_to_keep() {
    let app = app().await;
    let kid = app.accounts().key_ids().active;
    for path in [
        "/.well-known/jwks.json",
        "/accounts/.well-known/jwks.json",
        "/.well-known/jwks.json/",
    ] {
        let asked = app.client.get(path);
        let answer = asked.header(Header::new("Cookie", "theme=dark")).dispatch();
        let answer = answer.await;
        assert_eq!(answer.status(), Status::Ok, "{path}");
        let header = |name| answer.headers().get_one(name).map(str::to_owned);
        let content_type = header("Content-Type");
        assert_eq!(content_type.as_deref(), Some("application/jwk-set+json"));
        let cache = header("Cache-Control");
        assert_eq!(cache.as_deref(), Some("public, max-age=300"), "{path}");
        let sniff = header("X-Content-Type-Options");
        assert_eq!(sniff.as_deref(), Some("nosniff"), "{path}");
        let hsts = header("Strict-Transport-Security");
        assert_eq!(hsts.as_deref(), Some("max-age=31536000"), "{path}");
        let vary = header("Vary");
        assert_eq!(vary.as_deref(), Some("Origin"), "{path}: no cookie counts");
        assert_eq!(header("Set-Cookie"), None, "{path}");
        let text = answer.into_string().await.unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let keys = document["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 1, "{path}");
        assert_eq!(keys[0]["kid"], kid.as_str());
        assert!(keys[0].get("d").is_none(), "{text}");
    }
    let head = app.client.head("/.well-known/jwks.json").dispatch().await;
    assert_eq!(head.status(), Status::Ok);
    let answer = app
        .browser()
        .send(Call::new(Method::Post, ".well-known/jwks.json"))
        .await;
    answer.expect_refusal(405, "method_not_allowed");
}

#[rocket::async_test]
async fn without_public_keys_there_is_no_document() {
    let app = TestApp::strict().await;
    let root = app.client.get("/.well-known/jwks.json").dispatch().await;
    assert_eq!(root.status(), Status::NotFound);
    let answer = app.browser().get(".well-known/jwks.json").await;
    answer.expect_refusal(404, "not_found");
    assert_eq!(app.accounts().jwks(), None);
}

#[rocket::async_test]
async fn a_session_with_public_keys_is_a_session() {
    let app = app().await;
    let ada = app.signed_in("ada").await;
    ada.get("user/").await.expect_ok();
    ada.refresh().await.expect_ok();
    let access = ada.cookie("access_token").unwrap();
    let document = app.accounts().jwks().unwrap();
    let verifier = AccessVerifier::from_jwks(&document, AccessRules::new(ORIGIN, ORIGIN)).unwrap();
    let claims = verifier.verify(&access, app.clock.now()).unwrap();
    assert_eq!(claims.sid, ada.session_id().await);
    ada.log_out().await.expect_ok();
    // It asks no store: the token lives until it runs out, here as with the guard AccessClaims.
    assert!(verifier.verify(&access, app.clock.now()).is_ok());
}

#[rocket::async_test]
async fn a_token_of_the_other_algorithm_is_refused_and_the_session_goes_on() {
    let key = rocket_accounts::crypto::keyring::Secret::generate().unwrap();
    let key = secrecy::ExposeSecret::expose_secret(&key).to_owned();
    let keys = format!("keys = {{ active = \"{key}\" }}");
    let before = TestApp::with(&keys).await;
    before.user("ada").await;
    let browser = before.browser();
    browser.log_in("ada").await.expect_ok();
    let access = browser.cookie("access_token").unwrap();
    let after = TestApp::with(&format!("{keys}\n{EDDSA}")).await;
    let answer = after
        .browser()
        .send(Call::get("user/").header("Authorization", format!("Bearer {access}")))
        .await;
    answer.expect_refusal(401, "token_not_valid");
}
