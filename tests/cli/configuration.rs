//! What is in force, what is refused, and what is never said.

use accounts_testkit::{Place, Service, place};

const CANARY: &str = "canary";

#[test]
fn release_alone_names_everything_that_is_missing() {
    let place = place!().set("ROCKET_PROFILE", "release");
    for arguments in [&[][..], &["serve"], &["config", "check"], &["user", "list"]] {
        let refused = place.run(arguments);
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

#[test]
fn a_bad_configuration_is_told_as_a_whole_without_a_secret() {
    let place = place!()
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
        let refused = place.run(arguments);
        refused.expect(78).keeps(&[CANARY]);
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

#[test]
fn check_prints_what_is_in_force_and_redacts_secrets() {
    let key = place!().run(&["key", "generate"]).stdout;
    let place = place!()
        .set("ROCKET_PROFILE", "release")
        .set("DATABASE_URL", "postgres://ada:canary@localhost/accounts")
        .set("ACCOUNTS_KEYS__ACTIVE", key.trim())
        .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example");
    let checked = place.run(&["config", "check"]);
    checked.expect(0).keeps(&[CANARY, key.trim()]);
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

#[test]
fn generated_keys_differ_and_are_accepted() {
    let place = place!();
    let [one, two] = [(); 2].map(|()| place.run(&["key", "generate"]).expect(0).stdout.clone());
    assert_ne!(one, two);
    let place = place!()
        .set("ACCOUNTS_KEYS__ACTIVE", one.trim())
        .set("ACCOUNTS_KEYS__OLDER", two.trim());
    place
        .run(&["config", "check"])
        .expect(0)
        .prints("accounts.keys.older = [1 redacted]");
    place.run(&["user", "list"]).expect(0);
    assert!(!place.path().join(".accounts/signing.key").exists());
}

#[test]
fn a_dotenv_file_is_read_and_the_environment_wins() {
    let place = place!();
    place.write(
        ".env",
        "ACCOUNTS_SESSION__CAP=7\nACCOUNTS_BASE=/from-file\n",
    );
    let checked = place.run(&["config", "check"]);
    checked
        .expect(0)
        .prints("accounts.session.cap = 7")
        .prints("accounts.base = \"/from-file\"");
    let place = place!().set("ACCOUNTS_SESSION__CAP", "8");
    place.write(".env", "ACCOUNTS_SESSION__CAP=7\n");
    place
        .run(&["config", "check"])
        .expect(0)
        .prints("accounts.session.cap = 8");
}

#[test]
fn a_bad_line_of_a_dotenv_file_is_not_printed() {
    let place = place!();
    place.write(".env", "ACCOUNTS_KEYS__ACTIVE='canary\n");
    place
        .run(&["config", "check"])
        .expect(78)
        .says(".env")
        .keeps(&[CANARY]);
}

/// In this folder or one above it, as Rocket looks for it; Rocket takes a missing one for empty.
#[test]
fn the_file_that_is_named_must_be_there() {
    let place = place!().set("ROCKET_CONFIG", "settings.toml");
    // Not `serve`, which would go on for ever if it did not refuse.
    let refused = place.run(&["config", "check"]);
    refused.expect(78).says("settings.toml that ROCKET_CONFIG");
    place.write(
        "settings.toml",
        "[default.accounts]\nsession = { cap = 7 }\n",
    );
    let found = place.run(&["config", "check"]);
    found.expect(0).prints("accounts.session.cap = 7");
}

#[test]
fn older_keys_that_would_not_be_used_are_a_problem() {
    let key = place!().run(&["key", "generate"]).stdout;
    let place = place!().set("ACCOUNTS_KEYS__OLDER", &format!("[\"{}\"]", key.trim()));
    let refused = place.run(&["config", "check"]);
    refused.expect(78).says("accounts.keys.older is set, but");
}

#[test]
fn rockets_own_settings_and_the_log_filter_are_judged_along() {
    let place = place!()
        .set("ROCKET_PORT", "canary")
        .set("ACCOUNTS_LOG__FILTER", "a=b=c")
        .set("ACCOUNTS_SESSION__CAP", "0");
    for arguments in [&["serve"][..], &["config", "check"], &["user", "list"]] {
        let refused = place.run(arguments);
        refused.expect(78).keeps(&[CANARY]).says("3 problems");
        refused.says("port has a value that Rocket cannot use");
        refused.says("accounts.log.filter is not a filter");
    }
}

#[test]
fn an_applications_file_wins_over_the_built_in_one() {
    let place = place!();
    let file = "[default.accounts]\nbase = \"/auth\"\n[debug.accounts]\nstore = \"memory\"\n";
    place.write("Rocket.toml", file);
    let checked = place.run(&["config", "check"]);
    checked.expect(0).prints("accounts.base = \"/auth\"");
    checked.prints("accounts.store = \"memory\"");
}

#[test]
fn an_applications_default_section_wins_over_the_built_in_profile() {
    let place = place!();
    place.write("Rocket.toml", "[default.accounts]\nstore = \"memory\"\n");
    let checked = place.run(&["config", "check"]);
    checked.expect(0).prints("accounts.store = \"memory\"");
}

/// Rocket takes a table at the top for a profile.
#[test]
fn a_section_outside_of_a_profile_is_refused_with_what_to_write() {
    for (file, fix) in [
        (
            "[accounts]\nbase = \"/auth\"\n",
            "write [default.accounts],",
        ),
        ("[accounts]\n", "write [default.accounts],"),
        (
            "[accounts.session]\ncap = 7\n[accounts.cookie]\n",
            "write [default.accounts.cookie] and [default.accounts.session],",
        ),
        (
            "[accounts]\nbase = \"/auth\"\n[accounts.session]\ncap = 7\n",
            "write [default.accounts] and [default.accounts.session],",
        ),
    ] {
        let place = place!();
        place.write("Rocket.toml", file);
        for arguments in [&["config", "check"][..], &["serve"], &["user", "list"]] {
            let refused = place.run(arguments);
            refused.expect(78).says("1 problem ").says(fix);
            refused.says("[accounts] is a separate profile to Rocket");
            let is_named = refused.stderr.contains("Rocket.toml");
            assert!(is_named || file == "[accounts]\n", "{refused:#?}");
        }
    }
    // Whoever chooses a profile of that name may have it.
    let place = place!().set("ROCKET_PROFILE", "accounts");
    let strict = "[accounts.accounts]\nstore = \"memory\"\nkeys.generate = true\n\
                  public_origin = \"https://app.example\"\n";
    place.write("Rocket.toml", strict);
    let checked = place.run(&["config", "check"]);
    checked.expect(0).prints("accounts.store = \"memory\"");
}

/// The whole file that the documentation shows.
#[test]
fn the_documented_file_is_taken_in_each_of_its_profiles() {
    let page = include_str!("../../docs/configuration.md");
    let (_, file) = page.split_once("```toml\n").unwrap();
    let (file, _) = file.split_once("```").unwrap();
    let place = place!();
    place.write("Rocket.toml", file);
    let checked = place.run(&["config", "check"]);
    checked.expect(0).prints("accounts.registration = \"open\"");
    checked.prints("accounts.session.idle = \"14d\"");
    let service = place.serve();
    let request = service.request("GET", "/auth/csrf_token/");
    request.send().expect(200);

    let key = place.run(&["key", "generate"]).stdout;
    let place = place!()
        .set("ROCKET_PROFILE", "release")
        .set("DATABASE_URL", "postgres://ada@localhost/accounts")
        .set("ACCOUNTS_KEYS__ACTIVE", key.trim());
    place.write("Rocket.toml", file);
    let checked = place.run(&["config", "check"]);
    checked
        .expect(0)
        .prints("accounts.registration = \"closed\"");
    checked.prints("accounts.public_origin = \"https://app.example\"");
}

/// It is refused at once; whoever opens a pipe waits for the other end.
#[cfg(unix)]
#[test]
fn a_key_file_that_is_no_file_is_refused() {
    let place = place!();
    std::fs::create_dir(place.path().join(".accounts")).unwrap();
    let pipe = place.path().join(".accounts/signing.key");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let refused = place.run(&["serve"]);
    refused.expect(78).says("not a regular file");
}

#[test]
fn a_key_file_that_is_no_key_is_not_printed() {
    let place = place!();
    std::fs::create_dir(place.path().join(".accounts")).unwrap();
    place.write(".accounts/signing.key", "canary\n");
    let refused = place.run(&["serve"]);
    refused
        .expect(78)
        .says("line 1 of the key file")
        .keeps(&[CANARY]);
}

/// The variables of Services with these names, as Kubernetes makes them.
fn with_services(mut place: Place) -> Place {
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
            place = place.set(&format!("{service}_{name}"), value);
        }
    }
    place
}

#[test]
fn services_of_kubernetes_are_warned_of_and_typos_refused() {
    let place = with_services(place!());
    place.run(&["config", "check"]).expect(0);
    place.run(&["user", "list"]).expect(0);
    // The port is that of the built-in file again: one that is free is asked for in another way.
    place.write("Rocket.toml", "[default]\nport = 0\n");
    let mut service = Service::start(place.command(&[]));
    service.wait_for("kubernetes_service_links");
    let request = service.request("GET", "/accounts/health/live/");
    request.send().expect(200);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
    assert_eq!(log.matches("kubernetes_service_links").count(), 1, "{log}");
    let origin = "http://localhost:8000";
    let found = place.run(&[
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

    let place = place.set("ACCOUNTS_PROT", "tcp://10.0.0.1:8000");
    let refused = place.run(&["config", "check"]);
    refused
        .expect(78)
        .says("1 problem ")
        .says("accounts.prot is not a setting");
    let place = place!().set("ACCOUNTS_PORT", "tcp://10.0.0.1:8000");
    place
        .run(&["serve"])
        .expect(78)
        .says("accounts.port is not a setting");
}
