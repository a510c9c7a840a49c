//! What is in force, what is refused, and what is never said.

mod check;
mod files;
mod refusals;

use accounts_testkit::{Case, RunningService, TestService, cases, cases_of, test_service};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = cases_of![check, files];
    cases.extend(cases![
        release_alone_names_everything_that_is_missing,
        a_bad_configuration_is_told_as_a_whole_without_a_secret,
        check_prints_what_is_in_force_and_redacts_secrets,
        generated_keys_differ_and_are_accepted,
        older_keys_that_would_not_be_used_are_a_problem,
        rockets_own_settings_and_the_log_filter_are_judged_along,
        services_of_kubernetes_are_warned_of_and_typos_refused
    ]);
    cases
}

pub(super) const CANARY: &str = "canary";

fn release_alone_names_everything_that_is_missing() {
    let fixture = test_service!().set("ROCKET_PROFILE", "release");
    for arguments in [&[][..], &["serve"], &["config", "check"], &["user", "list"]] {
        let refused = fixture.run(arguments);
        refused
            .expect(78)
            .says("3 problems")
            .says("profile release");
        for (key, fix) in [
            ("accounts.public_origin is not set", "https://app.example"),
            ("accounts.database.url is not set", "DATABASE_URL="),
            (
                "accounts.keys.active is not set",
                "rocket-accounts key generate",
            ),
        ] {
            refused.says(key).says(fix);
        }
    }
}

fn a_bad_configuration_is_told_as_a_whole_without_a_secret() {
    let fixture = test_service!()
        .set("ROCKET_PROFILE", "release")
        .set("DATABASE_URL", "mysql://ada:canary@localhost/accounts")
        .set("ACCOUNTS_KEYS__ACTIVE", "canary")
        .set("ACCOUNTS_KEYS__OLDER", "canary-one,canary-two")
        .set("ACCOUNTS_PUBLIC_ORIGIN", "http://app.example")
        .set("ACCOUNTS_COOKIE__SAME_SITE", "none")
        .set("ACCOUNTS_SESSION__REUSE_GRACE", "2m")
        .set("ACCOUNTS_TOKEN__ACCESS_LIFETIME", "2h")
        .set("ACCOUNTS_PASSWORD__MEMORY_KIB", "64")
        .set("ACCOUNTS_PASWORD__ITERATIONS", "3");
    for arguments in [&["serve"][..], &["config", "check"], &["migrate", "up"]] {
        let refused = fixture.run(arguments);
        refused.expect(78).reveals_none_of(&[CANARY]);
        assert_eq!(refused.stdout, "");
        for key in [
            "database.url",
            "keys.active",
            "keys.older",
            "public_origin",
            "cookie.same_site",
            "session.reuse_grace",
            "token.access_lifetime",
            "password.memory_kib",
        ] {
            refused.says(&format!("accounts.{key} "));
        }
        refused.says("accounts.pasword").says("is not a setting");
        refused.says("source: environment variable ACCOUNTS_SESSION__REUSE_GRACE");
    }
}

fn check_prints_what_is_in_force_and_redacts_secrets() {
    let key = test_service!().run(&["key", "generate"]).stdout;
    let fixture = test_service!()
        .set("ROCKET_PROFILE", "release")
        .set("DATABASE_URL", "postgres://ada:canary@localhost/accounts")
        .set("ACCOUNTS_KEYS__ACTIVE", key.trim())
        .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example");
    let checked = fixture.run(&["config", "check"]);
    checked.expect(0).reveals_none_of(&[CANARY, key.trim()]);
    checked.prints("# profile release");
    checked.prints("accounts.store = \"postgres\"");
    checked.prints("accounts.public_origin = \"https://app.example\"");
    for (secret, variable) in [
        ("accounts.database.url", "DATABASE_URL"),
        ("accounts.keys.active", "ACCOUNTS_KEYS__ACTIVE"),
    ] {
        let line = checked
            .stdout
            .lines()
            .find(|line| line.starts_with(secret))
            .unwrap();
        assert!(
            line.contains("[redacted]") && line.ends_with(variable),
            "{line}"
        );
    }
}

fn generated_keys_differ_and_are_accepted() {
    let fixture = test_service!();
    let [one, two] = [(); 2].map(|()| fixture.run(&["key", "generate"]).expect(0).stdout.clone());
    assert_ne!(one, two);
    let fixture = test_service!()
        .set("ACCOUNTS_KEYS__ACTIVE", one.trim())
        .set("ACCOUNTS_KEYS__OLDER", two.trim());
    fixture
        .run(&["config", "check"])
        .expect(0)
        .prints("accounts.keys.older = [1 redacted]");
    fixture.run(&["user", "list"]).expect(0);
    assert!(!fixture.path().join(".accounts/signing.key").exists());
}

fn older_keys_that_would_not_be_used_are_a_problem() {
    let key = test_service!().run(&["key", "generate"]).stdout;
    let fixture = test_service!().set("ACCOUNTS_KEYS__OLDER", &format!("[\"{}\"]", key.trim()));
    let refused = fixture.run(&["config", "check"]);
    refused.expect(78).says("accounts.keys.older is set, but");
}

fn rockets_own_settings_and_the_log_filter_are_judged_along() {
    let fixture = test_service!()
        .set("ROCKET_PORT", "canary")
        .set("ACCOUNTS_LOG__FILTER", "a=b=c")
        .set("ACCOUNTS_SESSION__CAP", "0");
    for arguments in [&["serve"][..], &["config", "check"], &["user", "list"]] {
        let refused = fixture.run(arguments);
        refused
            .expect(78)
            .reveals_none_of(&[CANARY])
            .says("3 problems");
        refused.says("port has a value that Rocket cannot use");
        refused.says("accounts.log.filter is not a filter");
    }
}

/// The variables of Services with these names, as Kubernetes makes them.
fn with_services(mut fixture: TestService) -> TestService {
    for service in ["ACCOUNTS", "ACCOUNTS_DB", "ROCKET"] {
        for (name, value) in [
            ("SERVICE_HOST", "10.0.0.1"),
            ("SERVICE_PORT", "8000"),
            ("SERVICE_PORT_HTTP", "8000"),
            ("PORT", "tcp://10.0.0.1:8000"),
            ("PORT_8000_TCP", "tcp://10.0.0.1:8000"),
            ("PORT_8000_TCP_PROTO", "tcp"),
            ("PORT_8000_TCP_PORT", "8000"),
            ("PORT_8000_TCP_ADDR", "10.0.0.1"),
        ] {
            fixture = fixture.set(&format!("{service}_{name}"), value);
        }
    }
    fixture
}

fn services_of_kubernetes_are_warned_of_and_typos_refused() {
    let fixture = with_services(test_service!());
    fixture.run(&["config", "check"]).expect(0);
    fixture.run(&["user", "list"]).expect(0);
    // The port is that of the built-in file again: one that is free is asked for in another way.
    fixture.write("Rocket.toml", "[default]\nport = 0\n");
    let mut service = RunningService::start(fixture.command(&[]));
    service.wait_for("kubernetes_service_links");
    let request = service.request("GET", "/accounts/health/live/");
    request.send().expect(200);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
    assert_eq!(log.matches("kubernetes_service_links").count(), 1, "{log}");
    let origin = "http://localhost:8000";
    let found = fixture.run(&[
        "doctor",
        "--config-only",
        "--frontend",
        origin,
        "--api",
        origin,
    ]);
    found
        .prints("WARNS kubernetes_service_links")
        .prints("ROCKET_PORT");

    let fixture = fixture.set("ACCOUNTS_PROT", "tcp://10.0.0.1:8000");
    let refused = fixture.run(&["config", "check"]);
    refused
        .expect(78)
        .says("1 problem ")
        .says("accounts.prot is not a setting");
    let fixture = test_service!().set("ACCOUNTS_PORT", "tcp://10.0.0.1:8000");
    fixture
        .run(&["serve"])
        .expect(78)
        .says("accounts.port is not a setting");
}
