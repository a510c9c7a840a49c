//! Layers, defaults, and what the report says.

mod cookies;
mod environment;
mod lifetimes;
mod scheme;
mod values;

use figment::Jail;
use figment::providers::{Format, Toml};
use secrecy::ExposeSecret;

use super::*;
use rocket_accounts_core::crypto::keyring::Secret;
use rocket_accounts_core::crypto::token::{ACCESS_LIFETIME_MAX, REFRESH_LIFETIME_MAX};

/// Loads `profile` with `toml` as the application's file and `env` as the only environment.
fn load(profile: &str, toml: &str, env: &[(&str, &str)]) -> Result<(Settings, Effective), Error> {
    let mut loaded = None;
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file("Rocket.toml", toml)?;
        for (name, value) in env {
            jail.set_env(name, value);
        }
        let application = Figment::from(Toml::file("Rocket.toml").nested());
        loaded = Some(Settings::load(&layered(&application.select(profile))));
        Ok(())
    });
    loaded.unwrap()
}

fn problems(profile: &str, toml: &str, env: &[(&str, &str)]) -> Vec<(String, String)> {
    let error = load(profile, toml, env).unwrap_err();
    let pair = |p: &Problem| (p.key.clone(), p.source.clone().unwrap_or_default());
    error.problems.iter().map(pair).collect()
}

fn good_release() -> Vec<(&'static str, String)> {
    vec![
        ("DATABASE_URL", "postgres://u:p@db/accounts".into()),
        (
            "ACCOUNTS_KEYS__ACTIVE",
            Secret::generate().unwrap().expose_secret().into(),
        ),
        ("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example".into()),
    ]
}

fn release(toml: &str) -> Result<(Settings, Effective), Error> {
    let env = good_release();
    let env: Vec<_> = env
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    load("release", toml, &env)
}

#[test]
fn debug_and_test_need_nothing() {
    let (debug, _) = load("debug", "", &[]).unwrap();
    assert_eq!(debug.store.kind, StoreKind::Sqlite);
    assert_eq!(debug.public_origin.as_str(), "http://localhost:8000");
    assert!(debug.cookie.allow_insecure && debug.store.auto_migrate);
    let (test, _) = load("test", "", &[]).unwrap();
    assert_eq!(test.store.kind, StoreKind::Memory);
    assert_eq!(test.password.hashing.memory_kib, 64);
}

#[test]
fn release_and_unknown_profiles_are_strict() {
    for profile in ["release", "staging"] {
        let found = problems(profile, "", &[]);
        let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
        let expected = [
            "accounts.public_origin",
            "accounts.database.url",
            "accounts.keys.active",
        ];
        assert_eq!(keys, expected, "{profile}");
    }
    let (settings, _) = release("").unwrap();
    assert!(!settings.cookie.allow_insecure && !settings.store.auto_migrate);
    assert_eq!(settings.registration, Registration::Closed);
    assert_eq!(settings.session.policy.reuse_grace.num_seconds(), 10);
}

#[test]
fn an_applications_default_section_wins_over_the_built_in_profile() {
    let toml = "[default.accounts]\nstore = \"memory\"\nbase = \"/api/auth\"";
    let (settings, _) = load("debug", toml, &[]).unwrap();
    assert_eq!(settings.store.kind, StoreKind::Memory);
    assert_eq!(settings.base, "/api/auth");
}

#[test]
fn all_problems_are_told_at_once_with_their_sources() {
    let toml = "
        [debug.accounts]
        store = \"mysql\"
        acess_lifetime = 5
        [debug.accounts.token]
        access_lifetime = \"2h\"
        [debug.accounts.session]
        idle = 30
        reuse_grace = \"2m\"
        [debug.accounts.tokens]
        leeway = \"1s\"
    ";
    let env = [
        ("ACCOUNTS_SESSION__CAP", "many"),
        ("ACCOUNTS_NO__SUCH", "x"),
    ];
    let found = problems("debug", toml, &env);
    let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
    let expected = [
        "accounts.session.idle",
        "accounts.session.reuse_grace",
        "accounts.session.cap",
        "accounts.store",
        "accounts.token.access_lifetime",
        "accounts.acess_lifetime",
        "accounts.no",
        "accounts.tokens",
    ];
    assert_eq!(keys, expected);
    assert!(found[0].1.ends_with("Rocket.toml"), "{}", found[0].1);
    assert_eq!(found[2].1, "environment variable ACCOUNTS_SESSION__CAP");
    let report = load("debug", toml, &env).unwrap_err().to_string();
    assert!(
        report.starts_with("8 problems in the configuration, profile debug"),
        "{report}"
    );
    assert!(
        report.contains("did you mean accounts.token.access_lifetime"),
        "{report}"
    );
}

#[test]
fn unsafe_settings_are_refused_in_release() {
    let toml = "
        [release.accounts]
        store = \"memory\"
        public_origin = \"http://app.example\"
        cookie = { allow_insecure = true, same_site = \"none\" }
        password = { memory_kib = 1024, allow_insecure_cost = true }
        keys = { generate = true }
        csrf = { trusted_origins = [\"*\", \"http://b.example\", \"null\"] }
    ";
    let mut keys: Vec<_> = problems("release", toml, &[])
        .into_iter()
        .map(|p| p.0)
        .collect();
    keys.sort();
    let expected = [
        "accounts.cookie.allow_insecure",
        "accounts.cookie.same_site",
        "accounts.cookie.same_site",
        "accounts.csrf.trusted_origins",
        "accounts.csrf.trusted_origins",
        "accounts.csrf.trusted_origins",
        "accounts.keys.generate",
        "accounts.password.allow_insecure_cost",
        "accounts.public_origin",
        "accounts.store",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn the_key_file_is_made_once_and_private() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        let debug = || {
            let figment = layered(&Figment::new().select("debug"));
            Settings::load(&figment).unwrap().0.keys.load().unwrap()
        };
        let (first, second) = (debug(), debug());
        assert_eq!(format!("{first:?}"), format!("{second:?}"));
        let path = jail.directory().join(".accounts/signing.key");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, "too-short").unwrap();
        let settings = Settings::load(&layered(&Figment::new().select("debug"))).unwrap();
        let error = settings.0.keys.load().unwrap_err().to_string();
        assert!(error.starts_with("line 1 of the key file") && !error.contains("too-short"));
        Ok(())
    });
}
