//! Configurations that the service does not start with in release (requirement BT1): exit code 78,
//! the setting by name, never its value.

use accounts_testkit::Case;

use crate::forge;
use crate::target::service_under_attack;

/// A variable, its unsafe value, and the setting that the message names.
type Unsafe = (&'static str, &'static str, &'static str);

const UNSAFE: [(&str, Unsafe); 34] = [
    (
        "key_short",
        (
            "ACCOUNTS_KEYS__ACTIVE",
            "c2hvcnQta2V5LWNhbmFyeQ",
            "keys.active",
        ),
    ),
    (
        "key_regular",
        (
            "ACCOUNTS_KEYS__ACTIVE",
            "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE",
            "keys.active",
        ),
    ),
    (
        "key_placeholder",
        (
            "ACCOUNTS_KEYS__ACTIVE",
            "changeme-changeme-changeme-changeme",
            "keys.active",
        ),
    ),
    ("key_empty", ("ACCOUNTS_KEYS__ACTIVE", "", "keys.active")),
    (
        "key_no_base64",
        (
            "ACCOUNTS_KEYS__ACTIVE",
            "canary canary canary canary canary canary",
            "keys.active",
        ),
    ),
    (
        "older_key_short",
        (
            "ACCOUNTS_KEYS__OLDER",
            "c2hvcnQta2V5LWNhbmFyeQ",
            "keys.older",
        ),
    ),
    (
        "key_generated",
        ("ACCOUNTS_KEYS__GENERATE", "true", "keys.generate"),
    ),
    (
        "cookies_insecure",
        (
            "ACCOUNTS_COOKIE__ALLOW_INSECURE",
            "true",
            "cookie.allow_insecure",
        ),
    ),
    (
        "origin_insecure",
        (
            "ACCOUNTS_ALLOW_INSECURE_PUBLIC_ORIGIN",
            "true",
            "allow_insecure_public_origin",
        ),
    ),
    (
        "preload_without_subdomains",
        ("ACCOUNTS_HSTS__PRELOAD", "true", "hsts.preload"),
    ),
    (
        "same_site_none",
        ("ACCOUNTS_COOKIE__SAME_SITE", "none", "cookie.same_site"),
    ),
    (
        "same_site_unknown",
        ("ACCOUNTS_COOKIE__SAME_SITE", "off", "cookie.same_site"),
    ),
    (
        "cookie_domain_foreign",
        ("ACCOUNTS_COOKIE__DOMAIN", "evil.example", "cookie.domain"),
    ),
    (
        "cookie_domain_with_attribute",
        (
            "ACCOUNTS_COOKIE__DOMAIN",
            "app.example; Secure",
            "cookie.domain",
        ),
    ),
    (
        "origin_in_plain_http",
        (
            "ACCOUNTS_PUBLIC_ORIGIN",
            "http://app.example",
            "public_origin",
        ),
    ),
    (
        "origin_with_path",
        (
            "ACCOUNTS_PUBLIC_ORIGIN",
            "https://app.example/x",
            "public_origin",
        ),
    ),
    (
        "origin_with_password",
        (
            "ACCOUNTS_PUBLIC_ORIGIN",
            "https://u:canary@app.example",
            "public_origin",
        ),
    ),
    (
        "origin_null",
        ("ACCOUNTS_PUBLIC_ORIGIN", "null", "public_origin"),
    ),
    (
        "origin_wildcard",
        (
            "ACCOUNTS_CSRF__TRUSTED_ORIGINS",
            "*",
            "csrf.trusted_origins",
        ),
    ),
    (
        "trusted_origin_null",
        (
            "ACCOUNTS_CSRF__TRUSTED_ORIGINS",
            "null",
            "csrf.trusted_origins",
        ),
    ),
    (
        "hashing_too_cheap",
        ("ACCOUNTS_PASSWORD__MEMORY_KIB", "8", "password"),
    ),
    (
        "hashing_insecure",
        (
            "ACCOUNTS_PASSWORD__ALLOW_INSECURE_COST",
            "true",
            "password.allow_insecure_cost",
        ),
    ),
    (
        "passwords_short",
        ("ACCOUNTS_PASSWORD__MIN_LENGTH", "4", "password.min_length"),
    ),
    (
        "grace_long",
        (
            "ACCOUNTS_SESSION__REUSE_GRACE",
            "61s",
            "session.reuse_grace",
        ),
    ),
    (
        "access_long",
        (
            "ACCOUNTS_TOKEN__ACCESS_LIFETIME",
            "61m",
            "token.access_lifetime",
        ),
    ),
    (
        "proxy_of_everybody",
        ("ACCOUNTS_PROXY__TRUSTED", "0.0.0.0/0", "proxy.trusted"),
    ),
    (
        "proxy_of_everybody_v6",
        ("ACCOUNTS_PROXY__TRUSTED", "::/0", "proxy.trusted"),
    ),
    ("store_in_memory", ("ACCOUNTS_STORE", "memory", "store")),
    (
        "database_of_another_kind",
        (
            "DATABASE_URL",
            "mysql://ada:canary@localhost/x",
            "database.url",
        ),
    ),
    (
        "database_in_plain_text",
        (
            "DATABASE_URL",
            "postgres://ada:canary@db.example/x?sslmode=prefer",
            "database.url",
        ),
    ),
    (
        "database_unverified",
        (
            "DATABASE_URL",
            "postgres://ada:canary@10.0.0.5/x?sslmode=require",
            "database.url",
        ),
    ),
    (
        "setting_misspelt",
        ("ACCOUNTS_COOKIE__SECURE", "false", "cookie.secure"),
    ),
    ("section_unknown", ("ACCOUNTS_CROS__ORIGINS", "*", "cros")),
    ("base_relative", ("ACCOUNTS_BASE", "accounts/../", "base")),
];

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    UNSAFE
        .into_iter()
        .map(|(name, case)| Case::new(name, move || refuses_to_start(case)))
}

fn refuses_to_start((variable, value, setting): Unsafe) {
    let good = service_under_attack()
        .set("ROCKET_PROFILE", "release")
        .set("ROCKET_PORT", "0")
        .set("DATABASE_URL", "postgres://localhost:1/accounts")
        .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
        .set("ACCOUNTS_KEYS__ACTIVE", forge::SECRET);
    good.run(&["config", "check"]).expect(0);
    let fixture = good.set(variable, value);
    for arguments in [&["serve"][..], &["config", "check"]] {
        let refused = fixture.run(arguments);
        refused.expect(78).says(&format!("accounts.{setting}"));
        refused.reveals_none_of(&["canary", forge::SECRET]);
        assert_eq!(refused.stdout, "");
    }
}
