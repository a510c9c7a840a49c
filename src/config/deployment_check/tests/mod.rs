//! Deployments and what is found in them.

mod start;

use figment::providers::{Format, Toml};
use figment::{Figment, Jail};

use super::*;
use crate::config::layered;

const RELEASE: &str = "public_origin = \"https://app.example\"\n\
                       proxy = { trusted = [\"127.0.0.1\"] }\n\
                       cookie = { allow_insecure = false }\n";
const DEBUG: &str = "public_origin = \"http://localhost:3000\"\n";

/// In a jail, because other tests set variables of the environment.
pub(super) fn settings(toml: &str) -> Settings {
    let figment = Toml::string(&format!("[test.accounts]\n{toml}")).nested();
    let figment = Figment::from(figment).select("test");
    let mut loaded = None;
    Jail::expect_with(|_| {
        loaded = Some(Settings::load(&layered(&figment)).unwrap().0);
        Ok(())
    });
    loaded.unwrap()
}

/// The rules that find something, the worst first.
#[track_caller]
fn rules(front_end: &str, api: &str, settings: &Settings) -> Vec<&'static str> {
    let front_end = Address::parse(front_end).unwrap().origin;
    let found = diagnose(&front_end, &Address::parse(api).unwrap(), settings);
    for finding in &found {
        assert!(
            !finding.why.is_empty() && !finding.change.is_empty(),
            "{finding}"
        );
    }
    found.iter().map(|finding| finding.rule).collect()
}

#[test]
fn one_origin_has_no_findings() {
    let release = settings(RELEASE);
    for (front_end, api) in [
        ("https://app.example", "https://app.example/accounts"),
        ("https://app.example:443/", "https://APP.example/accounts/"),
        ("https://app.example/page?x#y", "https://app.example"),
    ] {
        assert_eq!(rules(front_end, api, &release), [""; 0], "{front_end}");
    }
    let debug = settings(DEBUG);
    let here = "http://localhost:3000";
    assert_eq!(rules(here, here, &debug), [""; 0]);
}

#[test]
fn what_keeps_a_front_end_from_its_service() {
    let release = settings(RELEASE);
    let debug = settings(DEBUG);
    let apart = ["origin_not_trusted", "no_cors"];
    for (front_end, api, settings, first) in [
        (
            "http://localhost:3000",
            "http://127.0.0.1:8000",
            &debug,
            "two_names_of_this_machine",
        ),
        (
            "http://localhost:3000",
            "http://[::1]:8000",
            &debug,
            "two_names_of_this_machine",
        ),
        (
            "http://a.localhost",
            "http://b.localhost",
            &debug,
            "two_names_of_this_machine",
        ),
        (
            "https://localhost:3000",
            "http://localhost:8000",
            &debug,
            "two_names_of_this_machine",
        ),
        (
            "https://app.example",
            "https://api.other.example",
            &release,
            "another_site",
        ),
        (
            "https://192.0.2.1",
            "https://192.0.2.2",
            &release,
            "another_site",
        ),
        (
            "https://app.example",
            "https://192.0.2.2",
            &release,
            "another_site",
        ),
        (
            "https://app.co.uk",
            "https://app.com",
            &release,
            "another_site",
        ),
        (
            "https://ada.github.io",
            "https://api.github.io",
            &release,
            "siblings_below_a_public_suffix",
        ),
        (
            "https://a.co.uk",
            "https://b.co.uk",
            &release,
            "siblings_below_a_public_suffix",
        ),
        (
            "http://app.example",
            "https://app.example",
            &release,
            "mixed_schemes",
        ),
    ] {
        let found = rules(front_end, api, settings);
        assert_eq!(found, [&[first][..], &apart].concat(), "{front_end} {api}");
    }
    let found = rules("https://app.example", "http://app.example", &release);
    let secure = ["secure_cookie_on_http"];
    assert_eq!(found, [&["mixed_schemes"][..], &apart, &secure].concat());
}

#[test]
fn siblings_of_one_site_lack_cors_and_the_csrf_cookie() {
    let release = settings(RELEASE);
    let (front_end, api) = ("https://app.example", "https://api.app.example");
    let apart = ["origin_not_trusted", "no_cors"];
    let found = rules(front_end, api, &release);
    assert_eq!(found, [&apart[..], &["csrf_cookie_unreadable"]].concat());

    let trusting = settings(&format!(
        "{RELEASE}csrf = {{ trusted_origins = [\"{front_end}\"] }}"
    ));
    let found = rules(front_end, api, &trusting);
    assert_eq!(found, ["no_cors", "csrf_cookie_unreadable"]);

    let allowing = settings(&format!(
        "{RELEASE}cors = {{ allowed_origins = [\"{front_end}\"] }}"
    ));
    let found = rules(front_end, api, &allowing);
    assert_eq!(found, ["csrf_cookie_unreadable"]);

    // A cookie has no port: both pages on localhost read it.
    let debug = settings(DEBUG);
    let found = rules("http://localhost:3000", "http://localhost:8000", &debug);
    assert_eq!(found, apart);
}

#[test]
fn a_domain_is_told_for_what_it_gives_up() {
    let with_domain = |domain: &str| {
        let cookie = format!("cookie = {{ allow_insecure = false, domain = \"{domain}\" }}");
        let toml = RELEASE.replace("cookie = { allow_insecure = false }", &cookie);
        settings(&toml)
    };
    let app = with_domain("app.example");
    let here = "https://app.example";
    assert_eq!(rules(here, here, &app), ["cookie_domain_set"]);
    let found = rules(here, "https://api.app.example", &app);
    assert_eq!(
        found,
        ["origin_not_trusted", "no_cors", "cookie_domain_set"]
    );
    let found = rules("https://192.0.2.1", "https://192.0.2.1", &app);
    let expected = [
        "cookie_domain_elsewhere",
        "public_origin_differs",
        "cookie_domain_set",
    ];
    assert_eq!(found, expected);
}

#[test]
fn secure_cookies_and_plain_http() {
    let release = settings(RELEASE);
    let found = rules("http://app.example", "http://app.example", &release);
    assert_eq!(found, ["secure_cookie_on_http", "public_origin_differs"]);
    let found = rules("http://localhost", "http://localhost", &release);
    assert_eq!(
        found,
        ["public_origin_differs", "secure_cookie_on_localhost"]
    );
    let debug = settings(&format!("{DEBUG}proxy = {{ trusted = [\"127.0.0.1\"] }}"));
    let found = rules("https://app.example", "https://app.example", &debug);
    assert_eq!(found, ["public_origin_differs", "insecure_cookie_on_https"]);
}

#[test]
fn addresses_that_differ_from_the_settings() {
    let release = settings(RELEASE);
    let here = "https://app.example";
    for path in ["/api/accounts", "/account", "/accounts/auth"] {
        let found = rules(here, &format!("{here}{path}"), &release);
        assert_eq!(found, ["base_path"], "{path}");
    }
    for elsewhere in ["https://app.example:8443", "https://www.app.example"] {
        assert_eq!(
            rules(elsewhere, elsewhere, &release),
            ["public_origin_differs"]
        );
    }
    let bare = settings(&RELEASE.replace("[\"127.0.0.1\"]", "[]"));
    assert_eq!(rules(here, here, &bare), ["proxy_not_trusted"]);
}

#[test]
fn same_site_none_and_strict() {
    let with = |cookie: &str| {
        settings(&RELEASE.replace(
            "allow_insecure = false",
            &format!("allow_insecure = false, {cookie}"),
        ))
    };
    let none = with("same_site = \"none\", allow_insecure_same_site_none = true");
    for api in ["https://api.other.example", "https://other.example"] {
        let found = rules("https://app.example", api, &none);
        assert_eq!(
            found,
            ["third_party_cookie", "origin_not_trusted", "no_cors"]
        );
    }
    let strict = with("same_site = \"strict\"");
    let here = "https://app.example";
    assert_eq!(rules(here, here, &strict), ["same_site_strict"]);
}
