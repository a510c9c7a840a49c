//! Which connections leave this machine, and what they need.

use super::*;
use crate::{DatabaseOptions, check_database};

fn checked(url: &str, allow_insecure_connection: bool) -> Result<Transport, String> {
    let options = DatabaseOptions {
        allow_insecure_connection,
        ..DatabaseOptions::new(url)
    };
    check_database(&options).map_err(|error| error.to_string())
}

#[test]
fn this_machine_needs_no_tls() {
    for url in [
        "sqlite://file",
        "postgres://ada:canary@localhost/wanted",
        "postgres://ada:canary@LOCALHOST/wanted?sslmode=disable",
        "postgres://ada:canary@127.0.0.1:7/wanted",
        "postgres://ada:canary@127.8.9.10/wanted",
        "postgres://ada:canary@[::1]/wanted",
        "postgres://ada:canary@[::ffff:127.0.0.1]/wanted",
        "postgres://ada:canary@%2Frun%2Fpostgresql/wanted",
        "postgres:///wanted?host=/run/postgresql&user=ada",
        "postgres://db.example/wanted?host=127.0.0.1",
    ] {
        assert_eq!(checked(url, false), Ok(Transport::ThisMachine), "{url}");
    }
}

#[test]
fn another_machine_is_verified_or_refused() {
    for host in [
        "db.example",
        "10.0.0.5",
        "0.0.0.0",
        "[2001:db8::1]",
        "localhost.example",
        "localhost.",
        "127.0.0.1.example",
        "127.0.0.1:7,db.example",
    ] {
        let url = format!("postgres://ada:canary@{host}/wanted");
        // A list of hosts is no URL; what matters is that it is not taken for this machine.
        let Ok(transport) = checked(&url, false) else {
            continue;
        };
        assert_eq!(transport, Transport::Verified, "{url}");
        let (connect, _) = protected(&url, false).unwrap();
        assert!(
            matches!(connect.get_ssl_mode(), PgSslMode::VerifyFull),
            "{url}"
        );
        let full = format!("{url}?sslmode=verify-full");
        assert_eq!(checked(&full, false), Ok(Transport::Verified));
        for weaker in ["disable", "allow", "prefer", "require", "verify-ca"] {
            for query in [
                format!("?sslmode={weaker}"),
                format!("?ssl-mode={weaker}"),
                format!("?sslmode=verify-full&sslmode={weaker}"),
            ] {
                let url = format!("{url}{query}");
                let refused = checked(&url, false).unwrap_err();
                assert!(refused.contains("sslmode=verify-full"), "{refused}");
                assert!(!refused.contains("canary"), "{refused}");
                let allowed = checked(&url, true);
                assert!(matches!(allowed, Ok(Transport::Unverified(_))), "{url}");
            }
        }
    }
    let elsewhere = "postgres://localhost/wanted?host=db.example&sslmode=require";
    assert!(checked(elsewhere, false).is_err());
}

#[test]
fn a_mode_that_is_none_is_named_without_the_url() {
    for mode in ["verify_full", "canary", ""] {
        let url = format!("postgres://ada:canary@localhost/wanted?sslmode={mode}");
        let refused = checked(&url, true).unwrap_err();
        assert!(refused.contains("sslmode"), "{refused}");
        assert!(!refused.contains("canary"), "{refused}");
    }
}

#[test]
fn roots_are_read_beforehand() {
    let folder = tempfile::TempDir::new().unwrap();
    let with = |path: &std::path::Path| {
        let path = path.display();
        checked(
            &format!("postgres://ada:canary@db.example?sslrootcert={path}"),
            false,
        )
    };
    let missing = folder.path().join("missing.pem");
    let refused = with(&missing).unwrap_err();
    assert!(
        refused.contains("missing.pem") && !refused.contains("canary"),
        "{refused}"
    );
    let other = folder.path().join("other.pem");
    std::fs::write(&other, "canary").unwrap();
    let refused = with(&other).unwrap_err();
    assert!(
        refused.contains("other.pem (sslrootcert) holds no certificate"),
        "{refused}"
    );
    std::fs::write(&other, "-----BEGIN CERTIFICATE-----\n").unwrap();
    assert_eq!(with(&other), Ok(Transport::Verified));
}
