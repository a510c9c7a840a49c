//! Values that are refused, or bound others.

use super::*;

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
