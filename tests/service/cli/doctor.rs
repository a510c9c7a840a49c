//! `doctor`, and what the service says of its own settings at the start.

use accounts_testkit::{Case, Outcome, TestService, cases, test_service};
use serde_json::Value;

pub(crate) fn cases() -> Vec<Case> {
    cases![
        addresses_and_settings_are_judged_without_a_service,
        a_running_service_is_asked,
        bad_arguments_and_settings_are_told,
        the_service_warns_of_what_its_settings_show,
        plain_http_to_another_device_is_warned_of_and_works
    ]
}

const ORIGIN: &str = "http://localhost:3000";

fn doctor(fixture: &TestService, front_end: &str, api: &str, options: &[&str]) -> Outcome {
    let asked = ["doctor", "--frontend", front_end, "--api", api];
    fixture.run(&[&asked[..], options].concat())
}

fn addresses_and_settings_are_judged_without_a_service() {
    let fixture = test_service!().set("ACCOUNTS_PUBLIC_ORIGIN", ORIGIN);
    let api = "http://localhost:3000/accounts";
    doctor(&fixture, ORIGIN, api, &["--config-only"])
        .expect(0)
        .prints("no problems found in addresses and settings");
    doctor(
        &fixture,
        ORIGIN,
        "http://127.0.0.1:8000",
        &["--config-only"],
    )
    .expect(1)
    .prints("FAILS two_names_of_this_machine: ")
    .prints("change: use one name for both")
    .says("3 problems found");
    let found = doctor(
        &fixture,
        ORIGIN,
        "http://localhost:3000/api",
        &["--config-only", "--json"],
    );
    let findings: Value = serde_json::from_str(&found.expect(1).stdout).unwrap();
    assert_eq!(findings[0]["rule"], "base_path");
    assert_eq!(findings[0]["severity"], "fails");
    // Warnings are shown, and nothing has failed.
    doctor(
        &fixture,
        "http://localhost:3001",
        "http://localhost:3001",
        &["--config-only"],
    )
    .expect(0)
    .prints("WARNS public_origin_differs");
}

fn a_running_service_is_asked() {
    let fixture = test_service!().set("ACCOUNTS_PUBLIC_ORIGIN", ORIGIN);
    let mut service = fixture.serve();
    let here = format!("http://{}", service.address());
    let found = doctor(&fixture, &here, &here, &[]);
    // The service runs for another front end, and refuses this one only by its Origin.
    found.expect(0).prints("WARNS public_origin_differs");
    let wrong = format!("{here}/elsewhere");
    doctor(&fixture, &here, &wrong, &[])
        .expect(1)
        .prints("not_the_service");
    // Cookies that differ are listed as a header has them.
    let differs = test_service!()
        .set("ACCOUNTS_PUBLIC_ORIGIN", ORIGIN)
        .set("ACCOUNTS_COOKIE__SAME_SITE", "strict");
    let found = doctor(&differs, &here, &here, &[]);
    found
        .expect(1)
        .prints("FAILS cookie_changed")
        .prints("expected access_token; expires=");
    assert!(!found.stdout.contains('['), "{found:#?}");
    assert!(!service.log().contains("login_failed"));
    assert_eq!(service.stop().0, Some(0));
    doctor(&fixture, &here, &here, &[])
        .expect(1)
        .prints("FAILS unreachable");
}

fn bad_arguments_and_settings_are_told() {
    let fixture = test_service!();
    fixture.run(&["doctor"]).expect(2);
    let found = doctor(
        &fixture,
        "app.example",
        "https://app.example",
        &["--config-only"],
    );
    found.expect(1).says("--frontend is not an origin");
    let found = doctor(&fixture, ORIGIN, ORIGIN, &["--ca-file", "none.pem"]);
    found.expect(1).says("--ca-file cannot be read");
    let broken = fixture.set("ACCOUNTS_BASE", "accounts");
    doctor(&broken, ORIGIN, ORIGIN, &["--config-only"]).expect(78);
}

fn the_service_warns_of_what_its_settings_show() {
    let fixture = test_service!()
        .set("ACCOUNTS_PUBLIC_ORIGIN", "http://app.localhost")
        .set("ACCOUNTS_COOKIE__DOMAIN", "app.localhost");
    let mut service = fixture.serve();
    service.wait_for("gives up the prefix __Host-");
    assert!(service.log().contains("rule=\"cookie_domain_set\""));

    let quiet = test_service!().set("ACCOUNTS_PUBLIC_ORIGIN", ORIGIN);
    let service = quiet.serve();
    // A service that answers has its signal handlers in place.
    service
        .request("GET", "/accounts/csrf_token/")
        .send()
        .expect(200);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0));
    assert!(!log.contains("rule="), "{log}");
}

/// A front end on plain http, opened from a phone.
fn plain_http_to_another_device_is_warned_of_and_works() {
    let phone = "http://192.168.1.20:5173";
    let fixture = test_service!()
        .set("ACCOUNTS_PUBLIC_ORIGIN", phone)
        .set("ACCOUNTS_ALLOW_INSECURE_PUBLIC_ORIGIN", "true");
    let mut service = fixture.serve();
    service.wait_for("rule=\"insecure_public_origin\"");
    let mut ada = service.browser();
    let body = serde_json::json!({ "username": "ada", "password": accounts_testkit::PASSWORD });
    let register = ada.unsafe_request("POST", "auth/register/");
    let register = register.header("Origin", phone).json(&body);
    let registered = ada.send(register).expect(201);
    for cookie in registered.set_cookies() {
        let is_secure = cookie.attributes.contains(&"Secure".to_owned());
        assert!(
            !is_secure && !cookie.name.starts_with("__"),
            "{registered:#?}"
        );
    }
    ada.get("user/").expect(200);
    ada.refresh().expect(200);
    let found = doctor(&fixture, phone, phone, &["--config-only"]);
    found.expect(0).prints("WARNS insecure_public_origin");

    let release = fixture.set("ROCKET_PROFILE", "release");
    let refused = release.run(&["config", "check"]);
    refused
        .expect(78)
        .says("accounts.allow_insecure_public_origin");
}
