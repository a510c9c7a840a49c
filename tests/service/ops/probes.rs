//! `health/live` and `health/ready`, and the command that asks them.

use std::time::Instant;

use accounts_testkit::{
    Backend, Case, Postgres, RunningService, TIMEOUT, TestService, cases, cases_on, test_service,
};

const DATABASES: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = cases_on![
        a_healthy_service_is_live_and_ready on Backend::ALL,
        a_schema_without_a_migration_is_not_ready on DATABASES,
        a_database_that_is_gone_is_not_ready_and_live on [Backend::Postgres],
        a_probe_does_not_wait_for_a_database_that_hangs on [Backend::Postgres],
        the_command_tells_by_its_exit_code on [Backend::Memory],
    ];
    let outages = cases![an_outage_is_told_once_with_its_cause_and_its_end];
    let needs = |case: Case| case.needs("a Postgres server", Postgres::is_available());
    cases.extend(outages.into_iter().map(needs));
    cases
}

fn expect_unready(service: &RunningService, part: &str) {
    let refused = service.send("GET /accounts/health/ready", &[], "");
    let refused = refused.expect_problem(503, "not_ready").expect_no_cookie();
    assert_eq!(refused.member("part"), part);
    assert_eq!(refused.header("retry-after"), Some("2"), "{refused:#?}");
    let live = service.send("GET /accounts/health/live", &[], "");
    live.expect(200).expect_no_cookie();
}

fn a_healthy_service_is_live_and_ready(backend: Backend) {
    let fixture = test_service!().on(backend);
    let mut service = fixture.serve();
    for probe in ["live", "ready"] {
        for slash in ["", "/"] {
            let path = format!("GET /accounts/health/{probe}{slash}");
            let answer = service.send(&path, &[], "");
            assert_eq!(answer.status, 200, "{answer:#?}\n{}", service.log());
            let answer = answer.expect_no_cookie();
            assert_eq!(answer.member("status"), probe);
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
}

fn a_schema_without_a_migration_is_not_ready(backend: Backend) {
    let fixture = test_service!().on(backend);
    let service = fixture.serve();
    service
        .send("GET /accounts/health/ready", &[], "")
        .expect(200);
    fixture.run(&["migrate", "down", "--yes"]).expect(0);
    expect_unready(&service, "schema");
    fixture.run(&["migrate", "up"]).expect(0);
    service
        .send("GET /accounts/health/ready", &[], "")
        .expect(200);
}

fn a_database_that_is_gone_is_not_ready_and_live(_: Backend) {
    // Bound and dropped: nothing listens on the port.
    let closed_port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed_port.local_addr().unwrap().port();
    drop(closed_port);
    let fixture = postgres_at(port);
    let service = fixture.serve();
    expect_unready(&service, "store");
}

fn an_outage_is_told_once_with_its_cause_and_its_end() {
    // Most often the first; the others if the server is met while it ends.
    const CAUSES: [&str; 3] = [
        "connection refused at 127.0.0.1:",
        "(57P03: ",
        "the connection to 127.0.0.1:",
    ];
    let reported = |log: &str| {
        CAUSES
            .iter()
            .map(|cause| log.matches(cause).count())
            .sum::<usize>()
    };
    let mut server = Postgres::start(&[]);
    let fixture = test_service!().on_postgres_at(&server.url());
    let mut service = fixture.serve();
    // The pool finds out one by one which of its connections are dead.
    let ready = |service: &RunningService| {
        let began = Instant::now();
        while service.send("GET /accounts/health/ready", &[], "").status != 200 {
            assert!(began.elapsed() < TIMEOUT);
        }
    };
    ready(&service);
    for _ in 0..2 {
        server.stop_immediately();
        let stopped = Instant::now();
        while reported(service.log()) == 0 {
            service.browser().log_in("nobody").expect(503);
            assert!(stopped.elapsed() < TIMEOUT, "{}", service.log());
        }
        for _ in 0..3 {
            expect_unready(&service, "store");
        }
        server.start_again();
        ready(&service);
        service.wait_for("the database can be reached again");
        assert_eq!(reported(&service.take_log()), 1);
    }
}

fn a_probe_does_not_wait_for_a_database_that_hangs(_: Backend) {
    // Connections are accepted by the system and never answered.
    let hung = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let fixture = postgres_at(hung.local_addr().unwrap().port());
    let service = fixture.serve();
    let mut login = service.client().connect().unwrap();
    let rest = login.send_half_a_login("ada");
    login.send(rest);
    let login = std::thread::spawn(move || login.answer());
    expect_unready(&service, "store");
    assert!(!login.is_finished(), "a login has waited no longer");
    login.join().unwrap().expect_problem(503, "unavailable");
}

fn postgres_at(port: u16) -> TestService {
    test_service!()
        .set("ACCOUNTS_STORE", "postgres")
        .set("ACCOUNTS_PUBLIC_ORIGIN", accounts_testkit::ORIGIN)
        .set(
            "DATABASE_URL",
            &format!("postgres://u@127.0.0.1:{port}/none"),
        )
}

fn the_command_tells_by_its_exit_code(backend: Backend) {
    let fixture = test_service!().on(backend);
    let service = fixture.serve();
    let port = service.address().port().to_string();
    let fixture = fixture.set("ROCKET_PORT", &port);
    fixture.run(&["health"]).expect(0).prints("ready");
    fixture.run(&["health", "--live"]).expect(0).prints("live");
    service.stop();
    fixture.run(&["health"]).expect(1).says("no answer from");
}
