//! SIGTERM: what is in flight is finished, and no client keeps the process for long.

use std::time::{Duration, Instant};

use accounts_testkit::{Backend, Case, Preload, TIMEOUT, TestService, cases_on, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases_on![
        a_request_in_flight_is_finished on Backend::ALL,
        a_client_that_never_finishes_is_left_behind on [Backend::Memory],
        idle_connections_are_closed on [Backend::Memory],
    ]
    .into_iter()
    .chain([Case::on(
        Backend::Memory,
        "a_file_that_hangs_is_left_behind",
        a_file_that_hangs_is_left_behind,
    )
    .needs("a C compiler", Preload::is_possible())])
    .collect()
}

fn service_on(backend: Backend) -> TestService {
    test_service!().on(backend).cheap_hashing()
}

fn a_request_in_flight_is_finished(backend: Backend) {
    let fixture = service_on(backend);
    let mut service = fixture.serve();
    service.browser().register("ada").expect(201);
    let mut held = service.client().connect().unwrap();
    let rest = held.send_half_a_login("ada");
    service.signal("TERM");
    service.wait_for("stopping");
    held.send(rest);
    // It needs the store after the shutdown began: the pool is still open.
    let answer = held.answer().expect(200);
    assert!(!answer.cookie("access_token").is_empty());
    let (code, log) = service.wait();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("unavailable"), "{log}");
}

fn a_client_that_never_finishes_is_left_behind(backend: Backend) {
    let fixture = service_on(backend).set("ROCKET_SHUTDOWN", "{grace=1,mercy=1}");
    let mut service = fixture.serve();
    let mut body = service.client().connect().unwrap();
    body.send_half_a_login("ada");
    let mut head = service.client().connect().unwrap();
    head.send("POST /accounts/auth/login/ HTTP/1.1\r\nHost:");
    service.signal("TERM");
    service.wait_for("stopping");
    // Both connections are open until the process has ended.
    let (code, log) = service.wait();
    assert_eq!(code, Some(0), "{log}");
    drop((body, head));
}

fn idle_connections_are_closed(backend: Backend) {
    // A grace longer than any test: waiting for it fails by a timeout.
    let fixture = service_on(backend).set("ROCKET_SHUTDOWN", "{grace=3600,mercy=1}");
    let service = fixture.serve();
    let idle: Vec<_> = (0..20)
        .map(|_| {
            let mut idle = service.client().connect().unwrap();
            idle.send("GET /accounts/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            idle.read_until("{\"status\":\"live\"}");
            idle
        })
        .collect();
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
    drop(idle);
}

/// A file of the front end on a mount that hangs, beside a pipe without a writer.
fn a_file_that_hangs_is_left_behind(backend: Backend) {
    let library = Preload::hanging_mount();
    let fixture = service_on(backend);
    let dist = std::fs::canonicalize(fixture.path()).unwrap().join("dist");
    std::fs::create_dir(&dist).unwrap();
    for file in ["index.html", "hangs.txt"] {
        std::fs::write(dist.join(file), "").unwrap();
    }
    let pipe = std::process::Command::new("mkfifo")
        .arg(dist.join("pipe.txt"))
        .status();
    assert!(pipe.unwrap().success());
    let seen = dist.join("seen");
    let in_dist = |file: &str| dist.join(file).display().to_string();
    let fixture = fixture
        .set("ROCKET_SHUTDOWN", "{grace=1,mercy=1}")
        .set("ACCOUNTS_FRONTEND", "dist")
        .set("LD_PRELOAD", &library.path())
        .set("HANGS_ON", &in_dist("hangs.txt"))
        .set("HANGS_WHILE", &in_dist("index.html"))
        .set("HANGS_SEEN", &in_dist("seen"));
    let service = fixture.serve();
    service.request("GET", "/pipe.txt").send().expect(404);
    let mut held = service.client().connect().unwrap();
    held.send("GET /hangs.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let began = Instant::now();
    while !seen.exists() {
        assert!(began.elapsed() < TIMEOUT, "nobody opens the file");
        std::thread::yield_now();
    }
    let began = Instant::now();
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
    // Grace, mercy, and a second for what blocks a thread.
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
    drop(held);
}
