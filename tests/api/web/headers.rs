//! Response headers, on every status.

use rocket::http::Method;
use rocket::shield::Shield;

use crate::support::{Call, STRICT, TestApp};

#[rocket::async_test]
async fn every_answer_below_the_base_has_them() {
    // Rocket's own shield, which has some of them too, does not stand in for ours.
    let bare = |rocket: rocket::Rocket<rocket::Build>| rocket.attach(Shield::new());
    let app = TestApp::host(STRICT, bare).await;
    let elsewhere = app.client.get("/nope").dispatch().await;
    let unset = elsewhere.headers().get_one("X-Content-Type-Options");
    assert_eq!(unset, None, "the shield is up");
    let browser = app.signed_in("ada").await;
    let calls = [
        Call::get("user/"),
        Call::get("csrf_token/"),
        Call::get("nope"),
        Call::new(Method::Put, "user"),
        Call::post("auth/login/"),
        Call::post("auth/refresh_token/"),
        Call::post("auth/logout/").header("Sec-Fetch-Site", "cross-site"),
        Call::post("auth/logout/"),
    ];
    for call in calls {
        let answer = browser.send(call).await;
        for (name, value) in [
            ("cache-control", "no-store"),
            ("vary", "Cookie, Origin, Sec-Fetch-Site"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            ),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{answer:#?}");
        }
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[rocket::async_test]
async fn https_is_insisted_on_as_the_settings_say() {
    for (settings, expected) in [
        ("", Some("max-age=31536000")),
        ("hsts.max_age = \"0s\"", Some("max-age=0")),
        ("hsts.max_age = \"5m\"", Some("max-age=300")),
        (
            "hsts.include_subdomains = true",
            Some("max-age=31536000; includeSubDomains"),
        ),
        (
            "hsts = { max_age = \"730d\", include_subdomains = true, preload = true }",
            Some("max-age=63072000; includeSubDomains; preload"),
        ),
        ("hsts.enabled = false", None),
    ] {
        let app = TestApp::with(&format!("{STRICT}\n{settings}")).await;
        let answer = app.browser().get("csrf_token/").await;
        let found = answer.header("strict-transport-security");
        assert_eq!(found, expected, "{settings}");
    }
}

#[rocket::async_test]
async fn http_is_not_told_to_insist_on_https() {
    let app = TestApp::new().await;
    let answer = app.browser().get("csrf_token/").await;
    assert_eq!(answer.header("strict-transport-security"), None);
}
