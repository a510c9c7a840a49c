//! `cookie.domain`.

use super::*;

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
