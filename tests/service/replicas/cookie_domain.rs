//! A change of `cookie.domain` under live sessions: the old and the new settings on one database, as
//! during a roll-out.

use accounts_testkit::{
    Backend, Browser, Case, PASSWORD, RunningService, TestService, cases_on, test_service,
};
use serde_json::json;

pub(crate) fn cases(databases: [Backend; 2]) -> Vec<Case> {
    cases_on![
        a_domain_that_is_switched_on_ends_no_session on databases,
        a_domain_that_is_switched_off_ends_no_session on databases,
    ]
}

const DOMAIN: &str = "app.example";
const HOST_SET: [&str; 3] = [
    "__Host-access_token",
    "__Host-csrftoken",
    "__Secure-refresh_token",
];
const DOMAIN_SET: [&str; 3] = [
    "__Secure-access_token; Domain=app.example",
    "__Secure-csrftoken; Domain=app.example",
    "__Secure-refresh_token; Domain=app.example",
];

fn test_service(backend: Backend) -> TestService {
    test_service!()
        .on(backend)
        .cheap_hashing()
        .set("ACCOUNTS_THROTTLE__ENABLED", "false")
        .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
        .set("ACCOUNTS_COOKIE__ALLOW_INSECURE", "false")
        .set("ACCOUNTS_SESSION__REUSE_GRACE", "0s")
}

fn serve(fixture: &TestService, settings: &[(&str, &str)]) -> RunningService {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    fixture.serve_on_with(0, &settings.iter().map(owned).collect::<Vec<_>>())
}

fn with_domain(fixture: &TestService) -> RunningService {
    serve(fixture, &[("ACCOUNTS_COOKIE__DOMAIN", DOMAIN)])
}

/// The session goes on by its access cookie, and by a refresh without it.
fn goes_on(browser: &mut Browser, after: &[&str]) {
    let proof = json!({ "password": PASSWORD });
    browser.get("user/").expect(200);
    browser.post("auth/reauthenticate/", &proof).expect(200);
    browser.forget("access_token");
    browser.refresh().expect(200);
    assert_eq!(browser.kept(), after);
    browser.get("user/").expect(200);
    browser.post("auth/reauthenticate/", &proof).expect(200);
}

fn a_domain_that_is_switched_on_ends_no_session(backend: Backend) {
    let fixture = test_service(backend);
    let before = serve(&fixture, &[]);
    let mut ada = before.browser();
    ada.register("ada").expect(201);
    let mut idle = before.browser();
    idle.log_in("ada").expect(200);
    assert_eq!(ada.kept(), HOST_SET);

    let after = with_domain(&fixture);
    for browser in [&mut ada, &mut idle] {
        browser.move_to(after.client());
    }
    goes_on(&mut ada, &DOMAIN_SET);
    // Who logs in or out first leaves nothing of the old form behind either.
    let mut out = idle.clone();
    idle.log_in("ada").expect(200);
    assert_eq!(idle.kept(), DOMAIN_SET);
    idle.forget("access_token");
    idle.refresh().expect(200);
    out.forget("access_token");
    let answer = out.refresh().expect_problem(401, "session_ended");
    answer.expect_no_cookie();
    out.log_out().expect(200);
    assert_eq!(out.kept(), [""; 0]);
}

fn a_domain_that_is_switched_off_ends_no_session(backend: Backend) {
    let fixture = test_service(backend);
    let before = with_domain(&fixture);
    let mut ada = before.browser();
    ada.register("ada").expect(201);
    let mut idle = before.browser();
    idle.log_in("ada").expect(200);
    assert_eq!(ada.kept(), DOMAIN_SET);

    // Without the setting each user has to sign in once more, and can.
    let unaware = serve(&fixture, &[]);
    let mut lost = idle.clone();
    lost.move_to(unaware.client());
    lost.get("user/").expect_problem(401, "not_authenticated");
    lost.refresh().expect_problem(401, "refresh_token_missing");
    lost.log_in("ada").expect(200);
    for _ in 0..2 {
        lost.forget("__Host-access_token");
        lost.refresh().expect(200);
        lost.get("user/").expect(200);
    }

    let after = serve(&fixture, &[("ACCOUNTS_COOKIE__FORMER_DOMAINS", DOMAIN)]);
    ada.move_to(after.client());
    goes_on(&mut ada, &HOST_SET);
    idle.move_to(after.client());
    idle.log_out().expect(200);
    assert_eq!(idle.kept(), [""; 0]);

    // A browser that has a cookie which no other host can set is not read from what one can.
    let mut mallory = before.browser();
    mallory.register("mallory").expect(201);
    for name in ["access_token", "csrftoken", "refresh_token"] {
        let value = mallory.cookie(name).unwrap().to_owned();
        ada.plant(DOMAIN, &format!("__Secure-{name}"), &[("/", &value)]);
    }
    for _ in 0..2 {
        assert_eq!(ada.get("user/").expect(200).member("username"), "ada");
        ada.forget("__Host-access_token");
        ada.get("user/").expect_problem(401, "not_authenticated");
        let refreshed = ada.refresh().expect(200);
        assert_eq!(refreshed.json()["user"]["username"], "ada");
    }
}
