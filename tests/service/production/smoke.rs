//! A day of a deployment: strict, another user than root, keys that only the group may read, TLS to
//! Postgres, variables of Kubernetes.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use accounts_testkit::{
    Case, PASSWORD, Postgres, Preload, RunningService, TIMEOUT, TestService, cases, is_root,
};
use base64::Engine;
use tempfile::TempDir;

use super::tls_server::TlsServer;

/// The user and group of the service.
const SERVICE: u32 = 65534;

pub(crate) fn cases() -> Vec<Case> {
    let needs = |case: Case| {
        case.needs("root", is_root())
            .needs("a Postgres server", Postgres::is_available())
            .needs("a C compiler", Preload::is_possible())
    };
    let cases = cases![a_day_in_production];
    cases.into_iter().map(needs).collect()
}

/// A folder of root's, that others may enter.
fn folder_of_root() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

/// The key file as `root:accounts`, mode 0640.
fn ring_in(folder: &Path) -> PathBuf {
    let ring = folder.join("ring");
    let key = super::new_service()
        .run(&["key", "generate"])
        .expect(0)
        .stdout
        .clone();
    fs::write(&ring, format!("# the ring of production\n\n{key}")).unwrap();
    chown(&ring, Some(0), Some(SERVICE)).unwrap();
    fs::set_permissions(&ring, Permissions::from_mode(0o640)).unwrap();
    ring
}

fn deployed(server: &TlsServer, ring: &Path) -> TestService {
    let mut fixture = super::new_service()
        .set("ROCKET_PROFILE", "release")
        .set("ROCKET_SHUTDOWN", "{grace=1,mercy=1}")
        .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
        .set("ACCOUNTS_KEYS__FILE", &ring.display().to_string())
        .set("ACCOUNTS_METRICS__TOKEN", "0000000012345678")
        .set("ACCOUNTS_FRONTEND", "dist");
    let query = format!("{}&sslmode=verify-full", TlsServer::with(&server.root()));
    fixture = fixture.set("DATABASE_URL", &server.url("localhost", &query));
    for service in ["ACCOUNTS", "ROCKET"] {
        for (name, value) in [
            ("SERVICE_HOST", "10.0.0.1"),
            ("SERVICE_PORT", "8000"),
            ("PORT", "tcp://10.0.0.1:8000"),
            ("PORT_8000_TCP_ADDR", "10.0.0.1"),
        ] {
            fixture = fixture.set(&format!("{service}_{name}"), value);
        }
    }
    fixture.write("Rocket.toml", "[release]\nport = 0\n");
    fs::create_dir(fixture.path().join("dist")).unwrap();
    fixture.write("dist/index.html", "the front end");
    fixture.write("dist/hangs.txt", "");
    chown(fixture.path().join("dist"), Some(SERVICE), Some(SERVICE)).unwrap();
    fixture.run_by(SERVICE)
}

/// Logs in, and returns the cookies and the name of the key that signed.
fn log_in(service: &RunningService) -> (String, String) {
    let body = format!("{{\"username\":\"ada\",\"password\":\"{PASSWORD}\"}}");
    let json = [("Content-Type", "application/json")];
    let answer = service
        .send("POST /accounts/auth/login/", &json, &body)
        .expect(200);
    let token = answer.cookie("__Host-access_token");
    let (header, _) = token.split_once('.').unwrap();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header);
    let header: serde_json::Value = serde_json::from_slice(&header.unwrap()).unwrap();
    let kid = header["kid"].as_str().unwrap().to_owned();
    (answer.cookies().join("; "), kid)
}

fn a_day_in_production() {
    let (server, keys) = (TlsServer::start(), folder_of_root());
    let ring = ring_in(keys.path());
    let library = Preload::hanging_mount();
    let fixture = deployed(&server, &ring);
    let dist = fs::canonicalize(fixture.path()).unwrap().join("dist");
    let in_dist = |file: &str| dist.join(file).display().to_string();
    let fixture = fixture
        .set("LD_PRELOAD", &library.path())
        .set("HANGS_ON", &in_dist("hangs.txt"))
        .set("HANGS_WHILE", &in_dist("index.html"))
        .set("HANGS_SEEN", &in_dist("seen"));

    let checked = fixture.run(&["config", "check"]);
    checked.expect(0).says("kubernetes_service_links");
    fixture.run(&["serve"]).expect(78).says("migrate up");
    fixture.run(&["migrate", "up"]).expect(0);
    fixture.create_user("ada");
    let mut service = RunningService::start(fixture.command(&[]));
    let status = fs::metadata(format!("/proc/{}", service.pid())).unwrap();
    assert_eq!(status.uid(), SERVICE);
    let (session, before) = log_in(&service);

    rotates(&fixture, &ring, &before);
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    let (_, after) = log_in(&service);
    assert_ne!(after, before);
    let user = [("Cookie", session.as_str())];
    service.send("GET /accounts/user/", &user, "").expect(200);

    let mut held = service.client().connect().unwrap();
    held.send("GET /hangs.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let began = Instant::now();
    while !dist.join("seen").exists() {
        assert!(began.elapsed() < TIMEOUT, "nobody opens the file");
        std::thread::yield_now();
    }
    let began = Instant::now();
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    exit_codes_are_as_documented(fixture, &ring);
}

/// By root; the service's user may not.
fn rotates(fixture: &TestService, ring: &Path, before: &str) {
    let text = fs::read_to_string(ring).unwrap();
    fixture
        .run(&["key", "rotate"])
        .expect(1)
        .says("the key file");
    assert_eq!(fs::read_to_string(ring).unwrap(), text);
    let rotated = fixture.run_as_current_user(&["key", "rotate"]);
    rotated.expect(0).prints(&format!("older    {before}"));
    let now = fs::metadata(ring).unwrap();
    assert_eq!(
        (now.uid(), now.gid(), now.mode() & 0o7777),
        (0, SERVICE, 0o640)
    );
    assert!(
        fs::read_to_string(ring)
            .unwrap()
            .starts_with("# the ring of production\n")
    );
    let files = fs::read_dir(ring.parent().unwrap()).unwrap();
    assert_eq!(files.count(), 1, "a draft is left");
}

/// In docs/deployment.md.
fn exit_codes_are_as_documented(fixture: TestService, ring: &Path) {
    fixture.run(&["no-such-command"]).expect(2);
    fs::set_permissions(ring, Permissions::from_mode(0o600)).unwrap();
    for command in [&["serve"][..], &["config", "check"]] {
        fixture.run(command).expect(78).says("Permission denied");
    }
    fs::set_permissions(ring, Permissions::from_mode(0o640)).unwrap();
    let closed = "postgres://service@localhost:1/accounts?sslmode=verify-full";
    let fixture = fixture.set("DATABASE_URL", closed);
    fixture
        .run(&["user", "list"])
        .expect(1)
        .says("connection refused");
    let fixture = fixture.set("ACCOUNTS_PROT", "8000");
    fixture.run(&["serve"]).expect(78).says("accounts.prot");
}
