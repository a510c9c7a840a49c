//! Metrics: where they are served, what they tell, and what they never tell.

use std::collections::BTreeMap;

use accounts_testkit::{
    Backend, Browser, Case, Client, RunningService, TestService, cases_on, test_service,
};

pub(crate) const TOKEN: &str = "a-token-for-metrics";

pub(crate) fn cases() -> Vec<Case> {
    cases_on![
        requests_and_events_are_counted on Backend::ALL,
        live_sessions_are_told on [Backend::Sqlite, Backend::Postgres],
        without_a_setting_there_are_none on [Backend::Memory],
        below_the_base_they_need_the_token on [Backend::Memory],
        the_listener_serves_nothing_else on [Backend::Memory],
        paths_are_no_labels on [Backend::Memory],
        a_full_hashing_queue_is_seen on [Backend::Memory],
        a_token_that_can_be_guessed_is_refused on [Backend::Memory],
    ]
}

pub(crate) fn service_on(backend: Backend) -> TestService {
    test_service!().on(backend).cheap_hashing()
}

pub(crate) fn text(service: &RunningService) -> String {
    let bearer = format!("Bearer {TOKEN}");
    let request = service.request("GET", "/accounts/metrics");
    let answer = request.header("Authorization", bearer).send().expect(200);
    let kind = answer.header("content-type").unwrap();
    assert!(
        kind.starts_with("application/openmetrics-text; version=1.0.0"),
        "{kind}"
    );
    assert!(answer.text.ends_with("# EOF\n"), "{}", answer.text);
    answer.text
}

/// Value by name and labels.
fn samples(service: &RunningService) -> BTreeMap<String, f64> {
    let text = text(service);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let sample = |line: &str| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        let name = name.strip_prefix("rocket_accounts_").unwrap_or(name);
        (name.to_owned(), value.parse().unwrap())
    };
    lines.map(sample).collect()
}

#[track_caller]
fn expect(samples: &BTreeMap<String, f64>, name: &str, value: f64) {
    assert_eq!(samples.get(name), Some(&value), "{name} in {samples:#?}");
}

fn requests_and_events_are_counted(backend: Backend) {
    let fixture = service_on(backend)
        .set("ACCOUNTS_METRICS__TOKEN", TOKEN)
        .set("ACCOUNTS_SESSION__REUSE_GRACE", "0s")
        .set("ACCOUNTS_THROTTLE__REGISTER_PER_HOUR", "1");
    let service = fixture.serve();
    let mut ada = service.browser();
    ada.register("ada").expect(201);
    ada.register("bob").expect(429);
    ada.log_in_with("ada", "a wrong password").expect(401);
    ada.log_in("ada").expect(200);
    for _ in 0..3 {
        ada.get("user/").expect(200);
    }
    let spent = ada.clone();
    ada.refresh().expect(200);
    spent.clone().refresh().expect(200);
    ada.refresh().expect(200);
    spent.clone().refresh().expect(401);
    ada.refresh().expect(401);
    let forged = ada.request("POST", "auth/logout/");
    forged
        .header("Origin", "https://evil.example")
        .send()
        .expect(403);
    let found = samples(&service);
    for (name, value) in [
        ("logins_total{result=\"succeeded\"}", 1.0),
        ("logins_total{result=\"failed\"}", 1.0),
        (
            "throttled_total{limit=\"registrations from an address\"}",
            1.0,
        ),
        ("csrf_refused_total", 1.0),
        ("refreshes_total{outcome=\"rotate\"}", 2.0),
        ("refreshes_total{outcome=\"repeat\"}", 1.0),
        ("refreshes_total{outcome=\"reuse\"}", 1.0),
        ("refreshes_total{outcome=\"ahead\"}", 0.0),
        ("refreshes_total{outcome=\"rejected\"}", 1.0),
        (
            "http_requests_total{method=\"GET\",route=\"/accounts/user\",status=\"200\"}",
            3.0,
        ),
        (
            "http_requests_total{method=\"POST\",route=\"/accounts/auth/login\",status=\"401\"}",
            1.0,
        ),
        (
            "http_request_duration_seconds_count{method=\"GET\",route=\"/accounts/user\"}",
            3.0,
        ),
        ("password_hashes_refused_total", 0.0),
        ("password_hashes_waiting", 0.0),
    ] {
        expect(&found, name, value);
    }
    assert!(found["password_hashes_done_total"] >= 3.0, "{found:#?}");
    let version = env!("CARGO_PKG_VERSION");
    expect(&found, &format!("build_info{{version=\"{version}\"}}"), 1.0);
    assert!(found["process_start_time_seconds"] > 1e9, "{found:#?}");
    let pools = found
        .keys()
        .filter(|name| name.starts_with("store_connections{"));
    let expected = match backend {
        Backend::Memory => 0,
        Backend::Sqlite => 4,
        Backend::Postgres => 2,
    };
    assert_eq!(pools.count(), expected, "{found:#?}");
}

fn live_sessions_are_told(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_METRICS__TOKEN", TOKEN);
    let service = fixture.serve();
    service.browser().register("ada").expect(201);
    service.browser().log_in("ada").expect(200);
    let mut gone = service.browser();
    gone.log_in("ada").expect(200);
    gone.log_out().expect(200);
    service.stop();
    // They are counted after the start, beside requests.
    let service = fixture.serve();
    let counted = std::iter::repeat_with(|| samples(&service)).take(10_000);
    let live = counted.filter_map(|found| found.get("sessions_live").copied());
    assert_eq!(live.take(1).next(), Some(2.0));
}

fn without_a_setting_there_are_none(backend: Backend) {
    let fixture = service_on(backend);
    let service = fixture.serve();
    let answer = service.send("GET /accounts/metrics", &[], "");
    answer.expect_problem(404, "not_found");
    service.send("GET /metrics", &[], "").expect(404);
}

fn below_the_base_they_need_the_token(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_METRICS__TOKEN", TOKEN);
    let service = fixture.serve();
    let with = |bearer: &str| {
        let header = ("Authorization", bearer);
        service.send("GET /accounts/metrics", &[header], "")
    };
    let anonymous = service.send("GET /accounts/metrics", &[], "");
    anonymous.expect_problem(401, "not_authenticated");
    for wrong in ["Bearer a-token-for-metricz", "Bearer a-token-for-metrics-x"] {
        with(wrong).expect_problem(401, "token_not_valid");
    }
    with(TOKEN).expect_problem(401, "not_authenticated");
    // The scheme in any case, and more than one blank (RFC 9110 11.1, RFC 6750 2.1).
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR "] {
        with(&format!("{scheme} {TOKEN}")).expect(200);
    }
}

fn the_listener_serves_nothing_else(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_METRICS__ADDRESS", "127.0.0.1:0");
    let mut service = fixture.serve();
    service.wait_for("metrics are served");
    let line = service
        .log()
        .lines()
        .find(|line| line.contains("metrics are"));
    let (_, rest) = line.unwrap().split_once("http://").unwrap();
    let listener = Client::new(rest.split('/').next().unwrap().parse().unwrap());
    let get = |path| listener.request("GET", path).send();
    let metrics = get("/metrics").expect(200);
    assert!(
        metrics.text.contains("rocket_accounts_logins"),
        "{metrics:#?}"
    );
    get("/accounts/user/").expect(404);
    get("/accounts/metrics").expect(404);
    service.send("GET /accounts/metrics", &[], "").expect(404);
    service.send("GET /metrics", &[], "").expect(404);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
}

fn paths_are_no_labels(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_METRICS__TOKEN", TOKEN);
    let service = fixture.serve();
    for number in 0..50 {
        let path = format!("GET /accounts/canary-{number}?canary={number}");
        service.send(&path, &[], "").expect(404);
        let path = format!("DELETE /accounts/sessions/canary-{number}");
        service.send(&path, &[], "").expect(401);
    }
    let text = text(&service);
    assert!(!text.contains("canary"), "{text}");
    let found = samples(&service);
    let unmatched = "http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"}";
    expect(&found, unmatched, 50.0);
}

fn a_full_hashing_queue_is_seen(backend: Backend) {
    let fixture = test_service!()
        .on(backend)
        .set("ACCOUNTS_METRICS__TOKEN", TOKEN)
        .set("ACCOUNTS_PASSWORD__SLOTS", "1")
        .set("ACCOUNTS_PASSWORD__QUEUE", "1")
        .set("ACCOUNTS_THROTTLE__ENABLED", "false");
    let service = fixture.serve();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let client = service.client();
        let login = move || Browser::new(client).log_in("nobody").status;
        let logins: Vec<_> = (0..12).map(|_| scope.spawn(login)).collect();
        logins
            .into_iter()
            .map(|login| login.join().unwrap())
            .collect()
    });
    let refused = statuses.iter().filter(|status| **status == 503).count();
    assert!(refused > 0, "{statuses:?}");
    let found = samples(&service);
    let refused = f64::from(u32::try_from(refused).unwrap());
    expect(&found, "password_hashes_refused_total", refused);
    expect(&found, "password_hashes_slots", 1.0);
}

fn a_token_that_can_be_guessed_is_refused(backend: Backend) {
    let fixture = service_on(backend)
        .set("ACCOUNTS_METRICS__TOKEN", "canary")
        .set("ACCOUNTS_METRICS__ADDRESS", "everywhere");
    let refused = fixture.run(&["config", "check"]);
    refused
        .expect(78)
        .reveals_none_of(&["canary"])
        .says("2 problems");
    refused.says("accounts.metrics.token is too short");
    refused.says("accounts.metrics.address is not an address with a port");
}
