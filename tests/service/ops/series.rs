//! Which series there are: all that alerts need from the start, no more than are documented, and no
//! more with more traffic.

use std::collections::{BTreeMap, BTreeSet};

use accounts_testkit::{Backend, Case, RunningService, cases_on};

use super::metrics::{TOKEN, service_on, text};

pub(crate) fn cases() -> Vec<Case> {
    cases_on![
        counters_start_at_zero on Backend::ALL,
        traffic_adds_no_route on [Backend::Memory],
        each_metric_is_documented on [Backend::Sqlite, Backend::Postgres],
    ]
}

/// Method and route of the series that begin like this.
fn routes(text: &str, beginning: &str, ending: &str) -> BTreeSet<String> {
    let routes = text.lines().filter_map(|line| {
        let labels = line.strip_prefix(beginning)?;
        let (labels, value) = labels.rsplit_once("} ")?;
        assert_eq!(value, "0", "{line}");
        labels.strip_suffix(ending).map(str::to_owned)
    });
    routes.collect()
}

fn requests(text: &str, status: u16) -> BTreeSet<String> {
    let of_status = format!(",status=\"{status}\"");
    let lines = text.lines().filter(|line| line.contains(&of_status));
    let text: Vec<_> = lines.collect();
    routes(
        &text.join("\n"),
        "rocket_accounts_http_requests_total{",
        &of_status,
    )
}

fn counters_start_at_zero(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_METRICS__TOKEN", TOKEN);
    let service = fixture.serve();
    // Probes of the start aside, nothing happened.
    let text = text(&service);
    let (faults, unavailable) = (requests(&text, 500), requests(&text, 503));
    assert_eq!(faults, unavailable);
    for expected in [
        "method=\"POST\",route=\"/accounts/auth/login\"",
        "method=\"DELETE\",route=\"/accounts/sessions/<id>\"",
        "method=\"GET\",route=\"/accounts/metrics\"",
        "method=\"GET\",route=\"unmatched\"",
        "method=\"POST\",route=\"unmatched\"",
    ] {
        assert!(faults.contains(expected), "{expected} in {faults:#?}");
    }
    let count = "rocket_accounts_http_request_duration_seconds_count{";
    let counted: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with(count))
        .collect();
    assert_eq!(counted.len(), faults.len(), "{counted:#?}");
    for (metric, label, values) in [
        ("logins_total", "result", 2),
        ("throttled_total", "limit", 9),
        ("refreshes_total", "outcome", 5),
    ] {
        let beginning = format!("rocket_accounts_{metric}{{{label}=\"");
        let found = routes(&text, &beginning, "\"");
        assert_eq!(found.len(), values, "{metric}: {found:?}");
        let documented = documented_row(&format!("rocket_accounts_{metric}"));
        for value in found {
            assert!(
                documented.contains(&format!("`{value}`")),
                "{metric} {value}"
            );
        }
    }
    assert!(text.contains("rocket_accounts_csrf_refused_total 0\n"));
    assert!(text.contains("rocket_accounts_password_hashes_refused_total 0\n"));
}

fn traffic_adds_no_route(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_METRICS__TOKEN", TOKEN);
    let service = fixture.serve();
    let before = requests(&text(&service), 500);
    let mut ada = service.browser();
    ada.register("ada").expect(201);
    ada.refresh().expect(200);
    ada.get("sessions/").expect(200);
    for path in [
        "user/",
        "auth/login/",
        "nowhere/",
        "sessions/7/",
        "health/live",
    ] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            service.send(&format!("{method} /accounts/{path}"), &[], "");
            service.send(&format!("{method} /{path}"), &[], "");
        }
    }
    ada.post_nothing("auth/logout/").expect(200);
    let after = text(&service);
    assert_eq!(requests(&after, 500), before);
    let count = "rocket_accounts_http_request_duration_seconds_count{";
    for line in after.lines() {
        let Some((labels, _)) = line.strip_prefix(count).and_then(|it| it.split_once('}')) else {
            continue;
        };
        // Methods that no route takes have no fault to alert on.
        let is_foreign = labels.ends_with("route=\"unmatched\"");
        assert!(before.contains(labels) || is_foreign, "{labels} is new");
    }
}

const PAGE: &str = include_str!("../../../docs/operations.md");

/// The row of a metric in the documents.
fn documented_row(name: &str) -> &'static str {
    let row = format!("| `{name}` |");
    let found = PAGE.lines().find(|line| line.starts_with(&row));
    found.unwrap_or_else(|| panic!("{name} is not in docs/operations.md"))
}

/// Type and labels by the name of a series.
type Described = BTreeMap<String, (String, BTreeSet<String>)>;

fn each_metric_is_documented(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_METRICS__TOKEN", TOKEN);
    let service = fixture.serve();
    let rows = PAGE
        .lines()
        .filter(|line| line.starts_with("| `rocket_accounts_") || line.starts_with("| `process_"));
    let documented: Described = rows.map(of_row).collect();
    assert!(documented.len() > 15, "{documented:#?}");
    assert_eq!(exposed(&service), documented);
}

fn of_row(line: &str) -> (String, (String, BTreeSet<String>)) {
    let cells: Vec<_> = line.split('|').map(str::trim).collect();
    let name = cells[1].trim_matches('`').to_owned();
    let kind = cells[2].split(',').next().unwrap().to_owned();
    // The names of labels stand before the colon that precedes their values.
    let labels = cells[3].split(';').flat_map(|part| {
        let (names, _) = part.split_once(':').unwrap_or((part, ""));
        names.split('`').skip(1).step_by(2).map(str::to_owned)
    });
    (name, (kind, labels.collect()))
}

fn exposed(service: &RunningService) -> Described {
    // Live sessions are counted soon after the start.
    let texts = std::iter::repeat_with(|| text(service)).take(10_000);
    let text = texts
        .filter(|text| text.contains("\nrocket_accounts_sessions_live "))
        .take(1)
        .next()
        .unwrap();
    let mut described = Described::new();
    let (mut kind, mut family) = ("", "");
    for line in text.lines() {
        if let Some(line) = line.strip_prefix("# TYPE ") {
            (family, kind) = line.split_once(' ').unwrap();
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        let name = match kind {
            "counter" => format!("{family}_total"),
            "info" => format!("{family}_info"),
            _ => family.to_owned(),
        };
        let labels = line.split_once('{').map_or("", |(_, labels)| labels);
        let labels = labels
            .split("=\"")
            .filter_map(|it| it.rsplit(['"', ',', '{']).next());
        let labels = labels.filter(|label| {
            let is_name = label.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            is_name && !label.is_empty() && *label != "le"
        });
        let entry = described
            .entry(name)
            .or_insert_with(|| (kind.to_owned(), BTreeSet::new()));
        entry.1.extend(labels.map(str::to_owned));
    }
    described
}
