//! The dashboard and the alerts name metrics that there are.

use accounts_testkit::{Backend, Case, cases_on};

use super::metrics::{TOKEN, service_on, text};

pub(crate) fn cases() -> Vec<Case> {
    cases_on![the_dashboard_shows_what_there_is on [Backend::Sqlite]]
}

/// Every metric that a query of the dashboard or an alert names.
fn named(text: &str) -> Vec<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c: char| !is_word(c));
    let ours = words.filter(|word| word.starts_with("rocket_accounts_"));
    ours.map(str::to_owned).collect()
}

fn the_dashboard_shows_what_there_is(backend: Backend) {
    let fixture = service_on(backend).set("ACCOUNTS_METRICS__TOKEN", TOKEN);
    let service = fixture.serve();
    let described = text(&service);
    let known: Vec<_> = described
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
        .collect();
    let deploy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/deploy");
    let dashboard = std::fs::read_to_string(deploy.join("grafana.json")).unwrap();
    let _: serde_json::Value = serde_json::from_str(&dashboard).unwrap();
    let alerts = std::fs::read_to_string(deploy.join("alerts.yaml")).unwrap();
    for (file, text, least) in [("dashboard", &dashboard, 10), ("alerts", &alerts, 4)] {
        let names = named(text);
        assert!(names.len() >= least, "{file}: {names:?}");
        for name in names {
            let family = ["_total", "_bucket", "_sum", "_count", "_info"]
                .iter()
                .find_map(|suffix| name.strip_suffix(suffix))
                .unwrap_or(&name);
            let later = family == "rocket_accounts_sessions_live";
            assert!(
                later || known.contains(&family),
                "{file}: {name} in {known:?}"
            );
        }
    }
}
