//! What the settings alone show, at the start.

use super::*;

#[test]
fn at_the_start_only_what_the_settings_show_is_told() {
    let rules = |toml: &str| -> Vec<_> {
        let found = at_start(&settings(toml));
        found.iter().map(|finding| finding.rule).collect()
    };
    assert_eq!(rules(RELEASE), [""; 0]);
    assert_eq!(rules(DEBUG), [""; 0]);
    let strict = RELEASE.replace(
        "allow_insecure = false",
        "allow_insecure = false, same_site = \"strict\"",
    );
    assert_eq!(rules(&strict), [""; 0]);
    let domain = RELEASE.replace(
        "allow_insecure = false",
        "allow_insecure = false, domain = \"app.example\"",
    );
    assert_eq!(rules(&domain), ["cookie_domain_set"]);
    let trusting = |origin: &str| format!("{RELEASE}csrf = {{ trusted_origins = [\"{origin}\"] }}");
    assert_eq!(rules(&trusting("https://admin.app.example")), [""; 0]);
    assert_eq!(rules(&trusting("https://admin.example")), ["another_site"]);
}

#[test]
fn an_unverified_database_connection_is_reported() {
    let with = |url: &str| {
        let database = format!("{{ url = \"{url}\", allow_insecure_connection = true }}");
        settings(&format!(
            "{RELEASE}store = \"postgres\"\ndatabase = {database}"
        ))
    };
    let here = "https://app.example";
    for url in [
        "postgres://ada@db.example/wanted",
        "postgres://ada@10.0.0.5",
    ] {
        assert_eq!(
            rules(here, here, &with(url)),
            ["insecure_database_connection"]
        );
    }
    for url in [
        "postgres://ada@db.example/wanted?sslmode=verify-full",
        "postgres://ada@localhost/wanted",
    ] {
        assert_eq!(rules(here, here, &with(url)), [""; 0]);
    }
}

#[test]
fn addresses_are_urls() {
    for bad in [
        "",
        "app.example",
        "localhost:8000",
        "ftp://app.example",
        "https://",
    ] {
        assert!(Address::parse(bad).is_err(), "{bad}");
    }
    let address = Address::parse("https://app.example:443/accounts/?x#y").unwrap();
    assert_eq!(address.origin.as_str(), "https://app.example");
    assert_eq!(address.path, "/accounts");
}
