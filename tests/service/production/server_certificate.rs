//! The server's certificate is verified, and errors say what is wrong with it.

use std::time::{Duration, Instant};

use accounts_testkit::{Case, Postgres, TIMEOUT, TestService, cases};

use super::tls_server::{PASSWORD, TlsServer};

pub(crate) fn cases() -> Vec<Case> {
    let cases = cases![
        every_connection_is_verified,
        an_invalid_certificate_is_explained,
    ];
    let needs = |case: Case| case.needs("a Postgres server", Postgres::is_available());
    cases.into_iter().map(needs).collect()
}

fn service_at(url: &str) -> TestService {
    let key = super::new_service().run(&["key", "generate"]).stdout;
    super::new_service()
        .set("ROCKET_PROFILE", "release")
        .set("ACCOUNTS_KEYS__ACTIVE", key.trim())
        .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
        .set("DATABASE_URL", url)
}

/// That of the pool, those that hear of changes, and those of commands.
fn every_connection_is_verified() {
    let server = TlsServer::start();
    let by_itself = TlsServer::with(&server.root());
    let written = format!("{by_itself}&sslmode=verify-full");
    let mut fixture = service_at("");
    for url in [
        // Another machine, as far as the address says: verified although the URL does not ask for it.
        server.url("0.0.0.0", &by_itself),
        server.url("0.0.0.0", &written),
        server.url("localhost", &written),
    ] {
        fixture = fixture.set("DATABASE_URL", &url);
        fixture.run(&["config", "check"]).expect(0);
        fixture.run(&["migrate", "up"]).expect(0);
        fixture.run(&["user", "list"]).expect(0);
        let service = fixture.serve();
        service
            .request("GET", "/accounts/health/ready/")
            .send()
            .expect(200);
        let operator = server.operator();
        let since = Instant::now();
        let listeners = "SELECT count(*) AS n FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) \
                     WHERE usename = 'service' AND ssl AND query ILIKE 'LISTEN %'";
        while operator.count(listeners) == 0 {
            assert!(
                since.elapsed() < TIMEOUT,
                "no connection listens for changes"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        let (code, log) = service.stop();
        assert_eq!(code, Some(0), "{log}");
        assert!(!log.contains(PASSWORD), "{log}");
    }
}

fn an_invalid_certificate_is_explained() {
    let server = TlsServer::start();
    let good = TlsServer::with(&server.root());
    let other = TlsServer::with(&server.other_root());
    let full = |query: &str| format!("{query}&sslmode=verify-full");
    for (url, says) in [
        (
            server.url("127.0.0.1", &full(&good)),
            "has a certificate that is not for 127.0.0.1: connect by a name that the certificate has",
        ),
        (
            server.url("localhost", &full(&other)),
            "has a certificate of an unknown authority: name the authority",
        ),
        (
            server.url("localhost", "?sslmode=verify-full"),
            "has a certificate of an unknown authority: name the authority",
        ),
        (
            server.url("0.0.0.0", ""),
            "has a certificate of an unknown authority",
        ),
        (
            server.url("0.0.0.0", &other),
            "has a certificate of an unknown authority",
        ),
    ] {
        let fixture = service_at(&url);
        for command in [&["migrate", "up"][..], &["user", "list"]] {
            fixture
                .run(command)
                .expect(1)
                .says(says)
                .reveals_none_of(&[PASSWORD]);
        }
        let here = "https://localhost:1";
        let found = fixture.run(&["doctor", "--frontend", here, "--api", here]);
        found.prints("WARNS database_unreachable").prints(says);
    }
    let missing = server.root().with_file_name("missing.pem");
    let fixture = service_at(&server.url("localhost", &full(&TlsServer::with(&missing))));
    for command in [&["config", "check"][..], &["serve"]] {
        fixture
            .run(command)
            .expect(78)
            .says("missing.pem")
            .reveals_none_of(&[PASSWORD]);
    }
}
