//! Plain http to another machine, and for how long browsers insist on https.

use super::*;

/// The settings that are refused, without those that every deployment has to make.
fn refused(profile: &str, toml: &str) -> Vec<String> {
    let Err(error) = load(profile, toml, &[]) else {
        return Vec::new();
    };
    let keys = error.problems.into_iter().map(|problem| problem.key);
    keys.filter(|key| !key.contains(".database.") && !key.contains(".keys."))
        .collect()
}

/// A front end is tried on a phone, over plain http; in no other profile.
#[test]
fn plain_http_elsewhere_has_to_be_asked_for_and_only_in_debug() {
    const ALLOW: &str = "allow_insecure_public_origin = true";
    const PHONE: &str = "http://192.168.1.20:5173";
    const KEY: &str = "accounts.allow_insecure_public_origin";
    const COOKIE: &str = "accounts.cookie.allow_insecure";
    let refused = |profile: &str, allow: &str, origin: &str| {
        refused(
            profile,
            &format!("[{profile}.accounts]\npublic_origin = \"{origin}\"\n{allow}"),
        )
    };
    for good in [PHONE, "http://web:8000", "http://localhost:8000"] {
        assert_eq!(refused("debug", ALLOW, good), [""; 0], "{good}");
    }
    let both = ["accounts.public_origin", COOKIE];
    assert_eq!(refused("debug", "", PHONE), both);
    // On https cookies are Secure, whatever is allowed.
    assert_eq!(refused("debug", ALLOW, "https://app.example"), [COOKIE]);
    for profile in ["release", "staging"] {
        for origin in [PHONE, "https://app.example"] {
            assert_eq!(refused(profile, ALLOW, origin), [KEY], "{profile} {origin}");
        }
        assert_eq!(refused(profile, "", PHONE), ["accounts.public_origin"]);
    }
    assert_eq!(refused("test", ALLOW, PHONE), [KEY]);
}

#[test]
fn a_domain_is_preloaded_with_all_its_hosts_and_for_a_year() {
    let refused = |hsts: &str| refused("debug", &format!("[debug.accounts]\nhsts = {{ {hsts} }}"));
    for good in [
        "max_age = \"0s\"",
        "include_subdomains = true",
        "preload = true, include_subdomains = true",
        "preload = true, include_subdomains = true, max_age = \"730d\"",
    ] {
        assert_eq!(refused(good), [""; 0], "{good}");
    }
    for bad in [
        "preload = true",
        "preload = true, include_subdomains = true, max_age = \"364d\"",
        "preload = true, include_subdomains = true, enabled = false",
    ] {
        assert_eq!(refused(bad), ["accounts.hsts.preload"], "{bad}");
    }
    assert_eq!(refused("max_age = \"731d\""), ["accounts.hsts.max_age"]);
}
