//! What the environment says, and how it is read.

use super::*;

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
