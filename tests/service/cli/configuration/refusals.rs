//! Configurations that a start refuses, and what it says.

use std::process::Command;

use accounts_testkit::{TestService, is_root, test_service};

/// Its name, what makes it, and what is said.
pub(super) type Refusal = (&'static str, fn(TestService) -> TestService, &'static str);

pub(super) const REFUSALS: [Refusal; 25] = [
    (
        "no key",
        |p| p.set("ACCOUNTS_KEYS__GENERATE", "false"),
        "signing.key cannot be used",
    ),
    (
        "a bad key",
        |p| p.set("ACCOUNTS_KEYS__ACTIVE", "canary"),
        "accounts.keys.active",
    ),
    (
        "bad older keys",
        |p| p.set("ACCOUNTS_KEYS__OLDER", "canary"),
        "accounts.keys.older",
    ),
    (
        "a key file that is none",
        |p| ring(p, "canary\n"),
        "line 1 of the key file",
    ),
    (
        "an empty key file",
        |p| ring(p, ""),
        "has no secret that signs",
    ),
    (
        "a key file with too much",
        |p| {
            let ring_of_six = keys(6);
            ring(p, &ring_of_six)
        },
        "has more than five",
    ),
    (
        "a staged key alone",
        |p| {
            let staged = format!("staged {}", keys(1));
            ring(p, &staged)
        },
        "has no secret that signs",
    ),
    (
        "a pipe for a key file",
        with_pipe,
        "it is not a regular file",
    ),
    (
        "a key file that cannot be read",
        unreadable,
        "Permission denied",
    ),
    (
        "a key file that cannot be made",
        |p| p.set("ACCOUNTS_KEYS__FILE", "Rocket.toml/ring"),
        "Rocket.toml/ring cannot be used",
    ),
    (
        "a SQLite file that cannot be made",
        |p| p.set("DATABASE_URL", "sqlite://Rocket.toml/accounts"),
        "Rocket.toml/accounts cannot be opened",
    ),
    (
        "a URL of SQLite that is none",
        |p| p.set("DATABASE_URL", "sqlite://accounts?mode=canary"),
        "accounts.database.url cannot be parsed",
    ),
    (
        "a URL of Postgres that is none",
        |p| postgres(p, "postgres://ada:canary@localhost:port/x"),
        "accounts.database.url cannot be parsed",
    ),
    (
        "a database elsewhere",
        |p| postgres(p, "postgres://ada:canary@db.example/x?sslmode=prefer"),
        "db.example:5432, which is not this machine",
    ),
    (
        "roots that are not there",
        |p| postgres(p, "postgres://ada:canary@db.example/x?sslrootcert=none.pem"),
        "none.pem",
    ),
    (
        "no front end",
        |p| p.set("ACCOUNTS_FRONTEND", "dist"),
        "is not a folder with an index.html",
    ),
    (
        "an address for metrics",
        |p| p.set("ACCOUNTS_METRICS__ADDRESS", "canary"),
        "accounts.metrics.address",
    ),
    (
        "a token for metrics",
        |p| p.set("ACCOUNTS_METRICS__TOKEN", "canary"),
        "accounts.metrics.token",
    ),
    (
        "a limit",
        |p| p.set("ACCOUNTS_THROTTLE__LOGIN_PER_MINUTE", "canary"),
        "accounts.throttle.login_per_minute",
    ),
    (
        "a filter of the log",
        |p| p.set("ACCOUNTS_LOG__FILTER", "a=b=c"),
        "accounts.log.filter",
    ),
    (
        "a setting that is none",
        |p| p.set("ACCOUNTS_PROT", "8000"),
        "accounts.prot is not a setting",
    ),
    (
        "a port of Rocket's",
        |p| p.set("ROCKET_PORT", "canary"),
        "port has a value that Rocket cannot use",
    ),
    (
        "limits of Rocket's",
        |p| p.set("ROCKET_LIMITS", "canary"),
        "limits has a value that Rocket cannot use",
    ),
    (
        "no threads",
        |p| p.set("ROCKET_WORKERS", "0"),
        "workers must not be 0",
    ),
    (
        "a section outside of a profile",
        |p| {
            p.write("Rocket.toml", "[accounts]\nbase = \"/x\"\n");
            p
        },
        "[default.accounts]",
    ),
];

pub(super) fn keys(count: usize) -> String {
    let key = |_| {
        test_service!()
            .run(&["key", "generate"])
            .expect(0)
            .stdout
            .clone()
    };
    (0..count).map(key).collect()
}

pub(super) fn ring(fixture: TestService, text: &str) -> TestService {
    fixture.write("ring", text);
    fixture.set("ACCOUNTS_KEYS__FILE", "ring")
}

fn with_pipe(fixture: TestService) -> TestService {
    let made = Command::new("mkfifo")
        .arg(fixture.path().join("ring"))
        .status();
    assert!(made.unwrap().success());
    fixture.set("ACCOUNTS_KEYS__FILE", "ring")
}

/// Root reads everything.
fn unreadable(fixture: TestService) -> TestService {
    use std::os::unix::fs::PermissionsExt;

    let fixture = ring(fixture, &keys(1));
    let nobody = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(fixture.path().join("ring"), nobody).unwrap();
    if is_root() {
        fixture.run_by(65534)
    } else {
        fixture
    }
}

pub(super) fn postgres(fixture: TestService, url: &str) -> TestService {
    fixture
        .set("ACCOUNTS_STORE", "postgres")
        .set("DATABASE_URL", url)
}
