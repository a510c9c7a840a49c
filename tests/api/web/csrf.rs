//! Cross-site request forgery, on a host application's own unsafe route.

use rocket::http::Method;
use rocket_accounts::{AccessClaims, CurrentUser, MaybeUser};

use crate::support::{Browser, Call, TestApp};

#[rocket::post("/act")]
fn act(user: CurrentUser) -> String {
    user.username.to_string()
}

#[rocket::delete("/act-by-claims")]
fn act_by_claims(claims: AccessClaims) -> String {
    claims.sid.to_string()
}

#[rocket::put("/maybe-act")]
fn maybe_act(user: MaybeUser) -> &'static str {
    if user.user().is_some() {
        "somebody"
    } else {
        "nobody"
    }
}

async fn app(settings: &str) -> TestApp {
    TestApp::host(settings, |rocket| {
        rocket
            .mount("/host", rocket::routes![act, act_by_claims, maybe_act])
            .register("/host", rocket_accounts::catchers())
    })
    .await
}

fn unsafe_calls() -> [Call; 3] {
    [
        Call::new(Method::Post, "").at("/host/act"),
        Call::new(Method::Delete, "").at("/host/act-by-claims"),
        Call::new(Method::Put, "").at("/host/maybe-act"),
    ]
}

async fn expect_refused(browser: &Browser, change: impl Fn(Call) -> Call) {
    for call in unsafe_calls() {
        browser
            .send(change(call))
            .await
            .expect_refusal(403, "csrf_failed");
    }
}

async fn expect_done(browser: &Browser, change: impl Fn(Call) -> Call) {
    for call in unsafe_calls() {
        let answer = browser.send(change(call)).await;
        assert_eq!(answer.status.code, 200, "{answer:#?}");
    }
}

#[rocket::async_test]
async fn a_hosts_unsafe_routes_are_protected_by_their_signature() {
    let app = app("").await;
    let browser = app.signed_in("ada").await;
    expect_done(&browser, |call| call).await;
    expect_refused(&browser, Call::without_csrf_token).await;
    expect_refused(&browser, |call| call.header("X-CSRFToken", "x")).await;
    expect_refused(&browser, |call| call.header("Sec-Fetch-Site", "cross-site")).await;
    expect_refused(&browser, |call| call.header("Sec-Fetch-Site", "same-site")).await;
    expect_refused(&browser, |call| call.header("Origin", "null")).await;
    expect_refused(&browser, |call| {
        call.header("Origin", "https://evil.example")
    })
    .await;
    expect_done(&browser, |call| {
        call.header("Origin", "http://localhost:8000")
    })
    .await;
}

/// Wrong advice sends the developer to the wrong place.
#[rocket::async_test]
async fn a_wrong_origin_is_told_from_a_wrong_token() {
    let app = app("").await;
    let browser = app.signed_in("ada").await;
    let wrong_token: [fn(Call) -> Call; 2] = [Call::without_csrf_token, |call| {
        call.header("X-CSRFToken", "x")
    }];
    let wrong_origin: [fn(Call) -> Call; 2] = [
        |call| call.header("Origin", "http://localhost:5173"),
        |call| call.header("Sec-Fetch-Site", "cross-site"),
    ];
    for (changes, reported, not) in [
        (wrong_token, "X-CSRFToken", "origin"),
        (wrong_origin, "does not allow", "X-CSRFToken"),
    ] {
        for change in changes {
            for call in unsafe_calls() {
                let answer = browser.send(change(call)).await;
                let detail = answer.expect_refusal(403, "csrf_failed").body["detail"].to_string();
                assert!(
                    detail.contains(reported) && !detail.contains(not),
                    "{detail}"
                );
            }
        }
    }
    let login = Call::post("auth/login/").json(&serde_json::json!({}));
    let answer = browser.send(wrong_origin[0](login)).await;
    let detail = answer.expect_refusal(403, "csrf_failed").body["detail"].to_string();
    assert!(detail.contains("does not allow"), "{detail}");
}

#[rocket::async_test]
async fn tokens_of_others_do_not_do() {
    let app = app("").await;
    let browser = app.signed_in("ada").await;
    let mallory = app.signed_in("mallory").await;
    let answer = app.browser().get("csrf_token/").await;
    let for_nobody = answer.expect_ok().body["token"]
        .as_str()
        .unwrap()
        .to_owned();
    for token in [mallory.cookie("csrftoken").unwrap(), for_nobody] {
        // Planted as cookie and sent as header: a pair, but not this session's.
        browser.plant("csrftoken", &token, "/host");
        expect_refused(&browser, |call| call.header("X-CSRFToken", token.clone())).await;
    }
    // The planted cookies do not keep the true one from working either.
    let own = browser.get("csrf_token/").await.body["token"]
        .as_str()
        .unwrap()
        .to_owned();
    expect_done(&browser, |call| call.header("X-CSRFToken", own.clone())).await;
}

#[rocket::async_test]
async fn header_and_cookie_must_both_be_there() {
    let app = app("").await;
    let browser = app.signed_in("ada").await;
    let token = browser.cookie("csrftoken").unwrap();
    browser.forget("csrftoken");
    expect_refused(&browser, |call| call.header("X-CSRFToken", token.clone())).await;
    browser.get("csrf_token/").await.expect_ok();
    expect_done(&browser, |call| call.header("X-CSRFToken", token.clone())).await;
    let twice = |call: Call| {
        call.header("X-CSRFToken", token.clone())
            .header("X-CSRFToken", token.clone())
    };
    expect_refused(&browser, twice).await;
}

#[rocket::async_test]
async fn programs_with_a_bearer_token_are_exempt() {
    let app = app("").await;
    let browser = app.signed_in("ada").await;
    let bearer = format!("Bearer {}", browser.cookie("access_token").unwrap());
    let program = app.browser();
    expect_done(&program, |call| {
        call.header("Authorization", bearer.clone())
            .header("Origin", "https://evil.example")
    })
    .await;
}

#[rocket::async_test]
async fn without_any_credential_there_is_nothing_to_forge() {
    let app = app("").await;
    let anonymous = app.browser();
    let [act, claims, maybe] = unsafe_calls();
    anonymous
        .send(act)
        .await
        .expect_refusal(401, "not_authenticated");
    anonymous
        .send(claims)
        .await
        .expect_refusal(401, "not_authenticated");
    assert_eq!(anonymous.send(maybe).await.text, "nobody");
}

#[rocket::async_test]
async fn trusted_origins_and_programs_without_origin() {
    let trusted = app("csrf = { trusted_origins = [\"https://admin.app.example\"] }").await;
    let browser = trusted.signed_in("ada").await;
    expect_done(&browser, |call| {
        call.header("Sec-Fetch-Site", "same-site")
            .header("Origin", "https://admin.app.example")
    })
    .await;
    expect_refused(&browser, |call| {
        call.header("Sec-Fetch-Site", "same-site")
            .header("Origin", "https://x.admin.app.example")
    })
    .await;

    let strict = app("csrf = { require_origin = true }").await;
    let browser = strict.signed_in("ada").await;
    expect_done(&browser, |call| call).await;
    expect_refused(&browser, |call| call.header("Origin", "")).await;
}

#[rocket::async_test]
async fn reading_needs_no_token() {
    let app = app("").await;
    let browser = app.signed_in("ada").await;
    let call = Call::get("user/")
        .without_csrf_token()
        .header("Sec-Fetch-Site", "cross-site");
    browser.send(call).await.expect_ok();
}
