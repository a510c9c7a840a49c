//! Layers, defaults, and what the report says.

#[path = "session_tests.rs"]
mod lifetimes;
#[path = "scheme_tests.rs"]
mod scheme;

use figment::Jail;
use figment::providers::{Format, Toml};
use secrecy::ExposeSecret;

use super::*;
use crate::crypto::keyring::Secret;
use crate::crypto::token::{ACCESS_LIFETIME_MAX, REFRESH_LIFETIME_MAX};

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
fn environment_wins_over_files_and_splits_on_a_double_underscore() {
    let toml = "[debug.accounts.token]\naccess_lifetime = \"5m\"";
    let env = [
        ("ACCOUNTS_TOKEN__ACCESS_LIFETIME", "7m"),
        (
            "ACCOUNTS_CSRF__TRUSTED_ORIGINS",
            "https://a.example, https://b.example",
        ),
        ("ACCOUNTS_SESSION__CAP", "3"),
        ("DATABASE_URL", "sqlite://from-url.db"),
    ];
    let (settings, effective) = load("debug", toml, &env).unwrap();
    assert_eq!(settings.token.policy.access_lifetime.num_minutes(), 7);
    assert_eq!(settings.csrf.trusted_origins.len(), 2);
    assert_eq!(settings.session.policy.cap, 3);
    assert_eq!(settings.store.url.expose_secret(), "sqlite://from-url.db");
    let shown = effective.to_string();
    assert!(
        shown.contains("environment variable ACCOUNTS_TOKEN__ACCESS_LIFETIME"),
        "{shown}"
    );
    assert!(
        shown.contains("environment variable DATABASE_URL"),
        "{shown}"
    );
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

/// Tokens under any allowed lifetime are verified, so the two bounds are one.
#[test]
fn the_longest_lifetimes_are_those_that_tokens_may_have() {
    let allows = |access: i64, idle: i64| {
        let lifetimes = format!(
            "[debug.accounts]\ntoken = {{ access_lifetime = \"{access}s\" }}\n\
             session = {{ idle = \"{idle}s\", absolute = \"3650d\" }}"
        );
        load("debug", &lifetimes, &[]).is_ok()
    };
    let access = ACCESS_LIFETIME_MAX.num_seconds();
    let idle = REFRESH_LIFETIME_MAX.num_seconds();
    assert!(allows(access, idle));
    assert!(!allows(access + 1, idle) && !allows(access, idle + 1));
}

#[test]
fn a_base_is_a_path_that_browsers_keep() {
    for base in [
        "/..", "/../x", "/x/..", "/./x", "/x/.", "x", "/", "//x", "/x/", "",
    ] {
        let toml = format!("[debug.accounts]\nbase = \"{base}\"");
        let found = problems("debug", &toml, &[]);
        assert!(found.iter().any(|it| it.0 == "accounts.base"), "{base}");
    }
    for base in ["/accounts", "/a.b/..c", "/v1/~accounts"] {
        let toml = format!("[debug.accounts]\nbase = \"{base}\"");
        assert_eq!(load("debug", &toml, &[]).unwrap().0.base, base);
    }
}

#[test]
fn cheap_hashing_needs_its_loud_name() {
    let cheap = |memory, rounds| {
        let toml =
            format!("[release.accounts.password]\nmemory_kib = {memory}\niterations = {rounds}");
        release(&toml).is_err()
    };
    assert!(cheap(19_455, 2) && cheap(19_456, 1) && cheap(47_103, 1) && cheap(12_287, 3));
    assert!(!cheap(19_456, 2) && !cheap(47_104, 1) && !cheap(12_288, 3));
}

#[test]
fn hashing_that_takes_seconds_is_refused() {
    let takes = |memory, rounds| {
        let toml =
            format!("[release.accounts.password]\nmemory_kib = {memory}\niterations = {rounds}");
        release(&toml).is_ok()
    };
    assert!(takes(524_288, 4) && takes(32_768, 64));
    assert!(!takes(524_288, 5) && !takes(524_289, 1) && !takes(32_769, 64));
}

#[test]
fn secrets_show_nowhere() {
    let env = [
        ("DATABASE_URL", "mysql://u:canary-db@h/x"),
        ("ACCOUNTS_KEYS__ACTIVE", "canary-key"),
        ("ACCOUNTS_KEYS__OLDER", "canary-old"),
    ];
    let error = load("release", "", &env).unwrap_err();
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("canary"), "{text}");
    }
    let (settings, effective) = release("").unwrap();
    let key = good_release()[1].1.clone();
    for text in [
        format!("{settings:?}"),
        format!("{effective:?}"),
        effective.to_string(),
    ] {
        assert!(!text.contains("u:p@db") && !text.contains(&key), "{text}");
    }
    // A number or flag is taken too: figment's own type error would print it.
    let error = load("release", "", &[("ACCOUNTS_KEYS__ACTIVE", "918273645")]).unwrap_err();
    assert!(!error.to_string().contains("918273645"), "{error}");
}

#[test]
fn cookie_domain_must_cover_the_origin() {
    let with = |domain: &str| {
        release(&format!("[release.accounts.cookie]\ndomain = \"{domain}\"")).is_ok()
    };
    assert!(with("app.example"));
    for bad in [
        "example",
        "other.example",
        "pp.example",
        ".app.example",
        "com",
    ] {
        assert!(!with(bad), "{bad}");
    }
}

#[test]
fn a_cookie_domain_that_strangers_share_is_refused() {
    for suffix in ["co.uk", "github.io", "vercel.app"] {
        let origin = format!("https://app.{suffix}");
        let mut env = good_release();
        env.retain(|(name, _)| *name != "ACCOUNTS_PUBLIC_ORIGIN");
        env.push(("ACCOUNTS_PUBLIC_ORIGIN", origin));
        let env: Vec<_> = env
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let load = |domain: &str| {
            let toml = format!("[release.accounts.cookie]\ndomain = \"{domain}\"");
            load("release", &toml, &env)
        };
        let error = load(suffix).unwrap_err();
        let [problem] = &error.problems[..] else {
            panic!("{error}")
        };
        assert_eq!(problem.key, "accounts.cookie.domain");
        assert!(problem.what.contains("public suffix"), "{error}");
        load(&format!("app.{suffix}")).unwrap();
    }
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

#[test]
fn limits_are_on_unless_they_are_turned_off() {
    for profile in ["debug", "test"] {
        let (settings, _) = load(profile, "", &[]).unwrap();
        assert!(settings.throttle.policy.is_some(), "{profile}");
    }
    let (settings, shown) = release("").unwrap();
    let policy = settings.throttle.policy.unwrap();
    assert_eq!(policy.account.free, 10);
    assert!(
        shown
            .to_string()
            .contains("accounts.throttle.enabled = true")
    );
    let (off, _) = release("[release.accounts.throttle]\nenabled = false").unwrap();
    assert_eq!(off.throttle.policy, None);
    let toml = "[debug.accounts.throttle]\nlogin_per_minute = 0\naccount_longest_wait = \"2h\"";
    let keys: Vec<_> = problems("debug", toml, &[]);
    let keys: Vec<_> = keys.iter().map(|(key, _)| key.as_str()).collect();
    let expected = [
        "accounts.throttle.login_per_minute",
        "accounts.throttle.account_longest_wait",
    ];
    assert_eq!(keys, expected);
}

/// figment takes digits for a number and brackets for a list; leading zeros and long numbers are lost.
#[test]
fn secrets_and_texts_of_the_environment_are_as_they_were_written() {
    let token = |written: &str| {
        let (settings, _) = load("debug", "", &[("ACCOUNTS_METRICS__TOKEN", written)]).unwrap();
        settings.metrics.token.unwrap().expose_secret().to_owned()
    };
    for written in [
        "1234567890123456",
        "0000000012345678",
        "1234567890123456789012345678901234567890123456789",
        "12345678901234.50",
        "1e10000000000000",
        "[abcdefghijklmno]",
        "{a=\"bcdefghijkl\"}",
        "-000000000000001",
    ] {
        assert_eq!(token(written), written);
    }
    let short = problems("debug", "", &[("ACCOUNTS_METRICS__TOKEN", "12345678")]);
    assert_eq!(short[0].0, "accounts.metrics.token");

    let issuer = |written: &str| {
        let (_, effective) = load("debug", "", &[("ACCOUNTS_TOKEN__ISSUER", written)]).unwrap();
        effective.to_string()
    };
    assert!(issuer("007").contains("accounts.token.issuer = \"007\""));

    // Keys: letters and digits in any mixture, or digits alone.
    let digits = "0123456789012345678901234567890123456789012";
    for written in [digits, &format!("[{digits}]"), &format!("[\"{digits}\"]")] {
        let refused = problems("debug", "", &[("ACCOUNTS_KEYS__OLDER", written)]);
        // Weak, but read: one value, whole. And no active key beside it.
        assert_eq!(refused.len(), 2, "{written}");
        let error = load("debug", "", &[("ACCOUNTS_KEYS__OLDER", written)]).unwrap_err();
        assert!(!error.to_string().contains("wrong kind"), "{error}");
    }
}
