//! What the log says of a refresh token that does not count.

use accounts_testkit::{Backend, Service, place};

/// In development a client that drops the CSRF cookie is the likely cause, and is told so; elsewhere
/// a cookie that another host has set is, which anybody can do as often as they like.
#[test]
fn a_refresh_without_the_csrf_cookie_is_told_in_development_alone() {
    const TOLD: &str = "a refresh token was ignored";
    let unbound = |service: &Service| {
        let mut browser = service.browser();
        browser.register("ada").expect(201);
        browser.forget("csrftoken");
        browser
            .refresh()
            .expect_problem(401, "refresh_token_missing");
        browser.get("user/").expect(200);
    };
    let place = place!().on(Backend::Sqlite);
    let mut service = place.serve();
    unbound(&service);
    service.wait_for(TOLD);
    assert!(service.log().contains("csrf_cookie=\"csrftoken\""));

    let place = place!()
        .on(Backend::Sqlite)
        .set("ACCOUNTS_COOKIE__ALLOW_INSECURE", "false");
    let service = place.serve();
    unbound(&service);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0));
    assert!(!log.contains(TOLD), "{log}");
}
