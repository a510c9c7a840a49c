//! Attributes as written, and names as read.

use chrono::TimeDelta;

use crate::support::{Call, TestApp};

/// `name; attribute; ..` of each cookie set, values left out, attributes sorted.
fn shapes(set_cookies: &[&str]) -> Vec<String> {
    let shape = |cookie: &&str| {
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        let mut attributes: Vec<_> = attributes.split("; ").collect();
        attributes.sort_unstable();
        format!(
            "{}; {}",
            pair.split('=').next().unwrap(),
            attributes.join("; ")
        )
    };
    set_cookies.iter().map(shape).collect()
}

#[rocket::async_test]
async fn attributes_on_http_of_this_machine() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let answer = app.browser().log_in("ada").await;
    let cookies: Vec<_> = answer.all("set-cookie").collect();
    let expected = [
        "access_token; HttpOnly; Max-Age=900; Path=/; SameSite=Lax",
        "refresh_token; HttpOnly; Max-Age=2592000; Path=/accounts/auth/; SameSite=Lax",
        "csrftoken; Max-Age=2592000; Path=/; SameSite=Lax",
        "device; HttpOnly; Max-Age=31536000; Path=/accounts/auth/; SameSite=Lax",
    ];
    assert_eq!(shapes(&cookies), expected);
    assert!(cookies.iter().all(|cookie| cookie.len() <= 4096));
}

#[rocket::async_test]
async fn attributes_on_https() {
    let app = TestApp::strict().await;
    app.user("ada").await;
    let answer = app.browser().log_in("ada").await;
    let cookies: Vec<_> = answer.all("set-cookie").collect();
    let expected = [
        "__Host-access_token; HttpOnly; Max-Age=900; Path=/; SameSite=Lax; Secure",
        "__Secure-refresh_token; HttpOnly; Max-Age=2592000; Path=/accounts/auth/; SameSite=Lax; Secure",
        "__Host-csrftoken; Max-Age=2592000; Path=/; SameSite=Lax; Secure",
        "__Secure-device; HttpOnly; Max-Age=31536000; Path=/accounts/auth/; SameSite=Lax; Secure",
    ];
    assert_eq!(shapes(&cookies), expected);
}

#[rocket::async_test]
async fn a_domain_gives_up_the_host_prefix() {
    let app = TestApp::with(
        "public_origin = \"https://www.app.example\"\n\
         cookie = { allow_insecure = false, domain = \"app.example\", same_site = \"strict\" }",
    )
    .await;
    app.user("ada").await;
    let answer = app.browser().log_in("ada").await;
    let cookies: Vec<_> = answer.all("set-cookie").collect();
    for (cookie, name) in
        shapes(&cookies)
            .iter()
            .zip(["access_token", "refresh_token", "csrftoken"])
    {
        assert!(
            cookie.starts_with(&format!("__Secure-{name}; Domain=app.example; ")),
            "{cookie}"
        );
        assert!(cookie.ends_with("SameSite=Strict; Secure"), "{cookie}");
    }
    // A device is known to the host that it signed in at.
    let device = "__Secure-device; HttpOnly; Max-Age=31536000; Path=/accounts/auth/; ";
    assert!(shapes(&cookies)[3].starts_with(device), "{cookies:?}");
}

#[rocket::async_test]
async fn cookies_are_cleared_with_the_attributes_they_were_set_with() {
    for app in [TestApp::new().await, TestApp::strict().await] {
        let browser = app.signed_in("ada").await;
        let set = browser.refresh().await;
        let set: Vec<_> = set.all("set-cookie").collect();
        let cleared = browser.log_out().await;
        let cleared: Vec<_> = cleared.all("set-cookie").collect();
        let expire = "Expires=Thu, 01 Jan 1970 00:00:00 GMT; ";
        let normal = |shape: String| {
            let parts = shape
                .split("; ")
                .filter(|p| !p.starts_with("Max-Age") && !p.starts_with("Expires"));
            parts.collect::<Vec<_>>().join("; ")
        };
        assert!(shapes(&cleared).iter().all(|shape| shape.contains(expire)));
        let set: Vec<_> = shapes(&set).into_iter().map(normal).collect();
        let cleared: Vec<_> = shapes(&cleared).into_iter().map(normal).collect();
        assert_eq!(set, cleared);
        assert!(browser.cookies().is_empty());
    }
}

#[rocket::async_test]
async fn the_refresh_cookie_lives_as_long_as_its_session() {
    let app = TestApp::with("session = { idle = \"30d\", absolute = \"40d\" }").await;
    let browser = app.signed_in("ada").await;
    app.pass(TimeDelta::days(20));
    let answer = browser.refresh().await;
    let ages: Vec<_> = answer
        .all("set-cookie")
        .map(|cookie| cookie.contains("Max-Age=1728000"))
        .collect();
    assert_eq!(
        ages,
        [false, true, true],
        "20 of 40 days are left: {answer:#?}"
    );
}

#[rocket::async_test]
async fn names_are_read_byte_by_byte() {
    let app = TestApp::strict().await;
    let mallory = app.signed_in("mallory").await;
    let token = mallory.cookie("access_token").unwrap();
    for name in [
        "__%48ost-access_token",
        "__host-access_token",
        "\u{a0}__Host-access_token",
        "access_token",
        "__Host-access_token ",
    ] {
        let browser = app.browser();
        browser.plant(name, &token, "/");
        let answer = browser.get("user/").await;
        answer.expect_refusal(401, "not_authenticated");
    }
    let browser = app.browser();
    browser.plant("__Host-access_token", &token, "/");
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn of_repeated_cookies_exactly_one_may_be_good() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada").await;
    let mallory = app.signed_in("mallory").await;
    // Garbage from a sibling domain neither helps nor hurts.
    for value in ["x", "y.z", ""] {
        ada.plant("access_token", value, "/accounts/user");
    }
    ada.plant(
        "access_token",
        &ada.cookie("access_token").unwrap(),
        "/accounts/user",
    );
    assert_eq!(ada.get("user/").await.expect_ok().body["username"], "ada");

    // A second valid one makes the request ambiguous; no session is ended by it.
    ada.plant(
        "access_token",
        &mallory.cookie("access_token").unwrap(),
        "/accounts/",
    );
    let answer = ada.get("user/").await;
    answer.expect_refusal(401, "token_not_valid");
    mallory.get("user/").await.expect_ok();

    let flooded = app.browser();
    let token = mallory.cookie("access_token").unwrap();
    let eight: Vec<_> = (0..8).map(|n| format!("access_token=x{n}")).collect();
    let flood = format!("{}; access_token={token}", eight.join("; "));
    let call = Call::get("user/").header("Cookie", flood);
    flooded
        .send(call)
        .await
        .expect_refusal(401, "token_not_valid");
}

#[rocket::async_test]
async fn several_cookie_headers_are_one() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada").await;
    let token = ada.cookie("access_token").unwrap();
    let call = Call::get("user/")
        .header("Cookie", "theme=dark")
        .header("Cookie", format!("lang=en;access_token={token} ;x=y"));
    app.browser().send(call).await.expect_ok();
}
