//! The keys in force, as metrics name them.

use accounts_testkit::{Backend, Case, RunningService, cases_on};

use super::{names, service_with_key_file};

pub(crate) fn cases(backend: Backend) -> Vec<Case> {
    cases_on![metrics_name_the_keys_in_force on [backend]]
}

const TOKEN: &str = "a-token-for-metrics";

/// The names of the keys with a role.
fn named(service: &RunningService, role: &str) -> Vec<String> {
    let request = service.request("GET", "/accounts/metrics");
    let bearer = format!("Bearer {TOKEN}");
    let text = request.header("Authorization", bearer).send().expect(200);
    let series = |line: &str| {
        let labels = line.strip_prefix("rocket_accounts_key_info{kid=\"")?;
        let (kid, role_of_it) = labels.split_once("\",role=\"")?;
        (role_of_it == format!("{role}\"}} 1")).then(|| kid.to_owned())
    };
    text.text.lines().filter_map(series).collect()
}

fn metrics_name_the_keys_in_force(backend: Backend) {
    let fixture = service_with_key_file(backend).set("ACCOUNTS_METRICS__TOKEN", TOKEN);
    let mut service = fixture.serve();
    let listed = || fixture.run(&["key", "list"]).stdout.clone();
    let first = names(&listed(), "active");
    assert_eq!(first.len(), 1);
    assert_eq!(named(&service, "active"), first);
    assert_eq!(named(&service, "verify_only"), Vec::<String>::new());

    fixture.run(&["key", "rotate"]).expect(0);
    // Not before the reload.
    assert_eq!(named(&service, "active"), first);
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    assert_eq!(named(&service, "active"), names(&listed(), "active"));
    assert_ne!(named(&service, "active"), first);
    assert_eq!(named(&service, "verify_only"), first);

    // A key that the file holds twice is one series.
    let ring = std::fs::read_to_string(fixture.path().join("ring")).unwrap();
    let last = ring.trim_end().lines().last().unwrap();
    fixture.write("ring", &format!("{}\n{last}\n", ring.trim_end()));
    service.take_log();
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    assert_eq!(named(&service, "verify_only"), first);
}
