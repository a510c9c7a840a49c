//! The alerts of `examples/deploy/alerts.yaml`, judged by Prometheus' own `promtool`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use accounts_testkit::{Backend, Case, DirectConnection, TestService, program};

use super::metrics::{TOKEN, service_on, text};

pub(crate) fn cases() -> Vec<Case> {
    let is_available = program("promtool").is_some();
    let rules = [
        Case::new("alerts::the_rules_are_valid", the_rules_are_valid),
        Case::new("alerts::each_rule_fires_and_stays_silent", rules_fire),
    ];
    let faults = [Backend::Sqlite, Backend::Postgres]
        .map(|backend| Case::on(backend, "the_first_fault_raises_the_alert", first_fault));
    let needs = |case: Case| case.needs("promtool", is_available);
    rules.into_iter().chain(faults).map(needs).collect()
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn rules() -> PathBuf {
    file("examples/deploy/alerts.yaml")
}

#[track_caller]
fn promtool(arguments: &[&str], file: &Path) {
    let program = program("promtool").unwrap();
    let output = Command::new(program).args(arguments).arg(file).output();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{said}");
}

fn the_rules_are_valid() {
    promtool(&["check", "rules", "--lint=all", "--lint-fatal"], &rules());
}

fn rules_fire() {
    let cases = file("tests/service/ops/alerts.test.yaml");
    let text = std::fs::read_to_string(&cases).unwrap();
    let rules = std::fs::read_to_string(rules()).unwrap();
    let names = rules.lines().filter_map(|line| line.split_once("alert: "));
    let names: BTreeSet<_> = names.map(|(_, name)| name).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        // In one line it stays silent, or the case is one that another has spelled out.
        let of_alert = |line: &&str| line.contains(&format!("alertname: {name}"));
        let (silent, fires): (Vec<_>, Vec<_>) = text
            .lines()
            .filter(of_alert)
            .partition(|line| line.trim_end().ends_with(" }"));
        assert!(!silent.is_empty(), "{name} is never expected to be silent");
        assert!(!fires.is_empty(), "{name} is never expected to fire");
    }
    promtool(&["test", "rules"], &cases);
}

/// What the service exposes before and after its first 500, as Prometheus would have it.
fn first_fault(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_METRICS__TOKEN", TOKEN);
    let service = fixture.serve();
    let before = text(&service);
    let database = DirectConnection::at(&url(&fixture, backend));
    database.execute(match backend {
        Backend::Postgres => "ALTER TABLE accounts_user ADD CHECK (first_name = 'somebody')",
        _ => "ALTER TABLE accounts_user RENAME TO elsewhere",
    });
    service.browser().register("ada").expect(500);
    let series = input_series(&before, &text(&service));
    let folder = tempfile::TempDir::new().unwrap();
    let case = folder.path().join("fault.yaml");
    let of_case = format!(
        "rule_files: [{}]\n\
         tests:\n\
         - interval: 1m\n  \
           input_series:\n{series}  \
           alert_rule_test:\n  \
           - {{ eval_time: 9m, alertname: AccountsFault }}\n  \
           - eval_time: 11m\n    \
             alertname: AccountsFault\n    \
             exp_alerts:\n    \
             - exp_labels: {{ severity: ticket }}\n      \
               exp_annotations:\n        \
                 summary: Requests are answered 500\n        \
                 description: The log has the cause, in a line of level ERROR; with log.trace = true, under the same trace_id as the answer's X-Request-Id.\n",
        rules().display()
    );
    std::fs::write(&case, of_case).unwrap();
    promtool(&["test", "rules"], &case);
}

fn url(fixture: &TestService, backend: Backend) -> String {
    match (backend, fixture.schema()) {
        (Backend::Postgres, Some(schema)) => schema.url(),
        _ => format!("sqlite://{}/accounts.sqlite3", fixture.path().display()),
    }
}

/// Ten scrapes like `before`, then ten like `after`. Counters of requests alone: times have another
/// origin here.
fn input_series(before: &str, after: &str) -> String {
    let mut series = String::new();
    for line in after.lines() {
        let Some((name, value)) = line.rsplit_once(' ') else {
            continue;
        };
        if !name.starts_with("rocket_accounts_http_requests_total{") {
            continue;
        }
        let earlier = before.lines().find_map(|line| {
            let value = line.strip_prefix(name)?.strip_prefix(' ')?;
            Some(value)
        });
        let earlier = earlier.unwrap_or("_");
        let values = format!("{earlier}x9 {value}x10");
        series = format!("{series}  - {{ series: '{name}', values: {values} }}\n");
    }
    assert!(series.contains("status=\"500\""), "{series}");
    series
}
