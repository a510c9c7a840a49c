//! The name of a request: in the answer, and in every line about it.

use accounts_testkit::{
    Answer, Backend, Case, RunningService, TestService, cases_on, test_service,
};
use serde_json::Value;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

pub(crate) fn cases() -> Vec<Case> {
    cases_on![
        every_line_of_a_request_carries_its_name on Backend::ALL,
        trouble_with_the_store_is_traced on [Backend::Postgres],
        a_line_for_each_request_tells_no_path on [Backend::Memory],
        answers_have_names_of_their_own on [Backend::Memory],
        it_can_be_switched_off on [Backend::Memory],
    ]
}

fn service_on(backend: Backend) -> TestService {
    test_service!()
        .on(backend)
        .cheap_hashing()
        .set("ACCOUNTS_LOG__FORMAT", "json")
}

fn log_in(service: &RunningService, name: &str) -> Answer {
    let request = service.browser().request("POST", "auth/login/");
    let body = serde_json::json!({ "username": name, "password": accounts_testkit::PASSWORD });
    request.header("traceparent", PARENT).json(&body).send()
}

/// The lines of the log with this member.
fn lines_with(log: &str, member: &str) -> Vec<Value> {
    let lines = log.lines().filter(|line| line.starts_with('{'));
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| !line[member].is_null()).collect()
}

fn every_line_of_a_request_carries_its_name(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_LOG__REQUESTS", "info");
    let service = fixture.serve();
    let answer = log_in(&service, "nobody").expect(401);
    assert_eq!(answer.header("x-request-id"), Some(TRACE), "{answer:#?}");
    let (_, log) = service.stop();
    let event = &lines_with(&log, "event")[0];
    assert_eq!(event["event"], "login_failed", "{log}");
    let line = &lines_with(&log, "route")[0];
    assert_eq!(line["route"], "/accounts/auth/login", "{log}");
    for line in [event, line] {
        assert_eq!(line["trace_id"], TRACE, "{log}");
        assert_eq!(line["span_id"], event["span_id"], "{log}");
        let span = line["span_id"].as_str().unwrap();
        assert!(span.len() == 16 && span != "00f067aa0ba902b7", "{log}");
    }
}

fn trouble_with_the_store_is_traced(backend: Backend) {
    let fixture = service_on(backend);
    let service = fixture.serve();
    let schema = fixture.schema().unwrap();
    schema.execute("DROP TABLE accounts_user CASCADE");
    let answer = log_in(&service, "ada");
    answer.expect_problem(503, "unavailable");
    let (_, log) = service.stop();
    let traced = lines_with(&log, "trace_id");
    let trouble = traced.iter().find(|line| line["level"] == "ERROR");
    assert_eq!(trouble.unwrap()["trace_id"], TRACE, "{log}");
}

fn a_line_for_each_request_tells_no_path(backend: Backend) {
    for (level, filter, expected) in [
        ("info", "info", 2),
        ("debug", "info", 0),
        ("debug", "debug", 2),
        ("off", "trace", 0),
    ] {
        let fixture = service_on(backend)
            .set("ACCOUNTS_LOG__FILTER", filter)
            .set("ACCOUNTS_LOG__REQUESTS", level);
        let service = fixture.serve();
        let query = "GET /accounts/health/live?canary=1";
        service.send(query, &[], "").expect(200);
        let id = "POST /accounts/canary";
        service.send(id, &[], "").expect(404);
        let (_, log) = service.stop();
        let lines = lines_with(&log, "route");
        assert_eq!(lines.len(), expected, "{level} {filter}: {log}");
        assert!(!log.contains("canary"), "{log}");
        let Some([first, second]) = lines.as_slice().first_chunk() else {
            continue;
        };
        assert_eq!(first["route"], "/accounts/health/live");
        assert_eq!(
            (&first["method"], &first["status"]),
            (&"GET".into(), &200.into())
        );
        assert!(first["seconds"].is_f64(), "{log}");
        assert_eq!(second["route"], "unmatched");
        assert_eq!(second["status"], 404);
    }
}

fn answers_have_names_of_their_own(backend: Backend) {
    let fixture = service_on(backend);
    let service = fixture.serve();
    let name = |traceparent: &[&str]| {
        let request = service.request("GET", "/accounts/health/live");
        let with = |request: accounts_testkit::Request, header: &&str| {
            request.header("traceparent", header)
        };
        let answer = traceparent.iter().fold(request, with).send().expect(200);
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(name(&[PARENT]), TRACE);
    let mut names = vec![
        name(&[]),
        name(&[]),
        name(&["00-canary-00f067aa0ba902b7-01"]),
        name(&[PARENT, PARENT]),
    ];
    for name in &names {
        assert_eq!(name.len(), 32, "{names:?}");
        assert!(name.bytes().all(|b| b.is_ascii_hexdigit()), "{names:?}");
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 4, "{names:?}");
}

fn it_can_be_switched_off(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_LOG__TRACE", "false");
    let service = fixture.serve();
    let answer = log_in(&service, "nobody").expect(401);
    assert_eq!(answer.header("x-request-id"), None, "{answer:#?}");
    let (_, log) = service.stop();
    assert!(!lines_with(&log, "event").is_empty(), "{log}");
    assert!(!log.contains("trace_id"), "{log}");
}
