//! `rocket-accounts doctor` against a deployment, good and spoiled.

use accounts_testkit::{Backend, Case, Outcome, RunningService, TestService, cases, free_port};
use serde_json::Value;

use super::process::Nginx;
use super::site;

pub(crate) fn cases() -> Vec<Case> {
    cases![
        a_good_deployment_has_no_findings,
        what_a_proxy_spoils_is_found
    ]
}

struct Site {
    nginx: Nginx,
    service: RunningService,
    fixture: TestService,
    origin: String,
}

/// On this machine by its name; `line` is put into the location of `proxy.conf`.
fn start(line: &str) -> Site {
    let port = free_port();
    let origin = format!("https://localhost:{port}");
    let fixture = site::test_service(Backend::Sqlite).set("ACCOUNTS_PUBLIC_ORIGIN", &origin);
    let service = fixture.serve();
    let changes = [("127.0.0.1:8000", service.address().to_string())];
    let spoil = |file: &str, text: String| match file {
        "location.conf" => {
            let at = "    proxy_pass http://accounts;\n";
            assert!(text.contains(at));
            text.replacen(at, &format!("{at}    {line}\n"), 1)
        }
        _ => text,
    };
    Site {
        nginx: Nginx::start_on(port, "proxy.conf", &changes, spoil),
        service,
        fixture,
        origin,
    }
}

impl Site {
    fn doctor(&self, front_end: &str, api: &str, options: &[&str]) -> Outcome {
        let certificate = self.nginx.certificate_file().display().to_string();
        let asked = ["doctor", "--frontend", front_end, "--api", api];
        let trusting = ["--ca-file", &certificate];
        self.fixture.run(&[&asked[..], &trusting, options].concat())
    }
}

fn rules(outcome: &Outcome) -> Vec<String> {
    let findings: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let findings = findings.as_array().unwrap().iter();
    let rule = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
    findings.map(rule).collect()
}

pub(crate) fn a_good_deployment_has_no_findings() {
    let mut site = start("");
    let api = format!("{}/accounts/", site.origin);
    site.doctor(&site.origin, &api, &[])
        .expect(0)
        .prints("no problems found");
    let found = site.doctor(&site.origin, &site.origin, &["--json"]);
    assert_eq!(rules(found.expect(0)), [""; 0]);
    // Nothing that it did counts as an attempt to sign in.
    assert!(!site.service.log().contains("login_failed"));
    let elsewhere = site.doctor("https://evil.example", &api, &["--json"]);
    let found = rules(elsewhere.expect(1));
    for rule in ["another_site", "preflight", "front_end_refused"] {
        assert!(found.iter().any(|found| found == rule), "{rule}: {found:?}");
    }
}

pub(crate) fn what_a_proxy_spoils_is_found() {
    for (line, rule) in [
        ("proxy_cookie_flags ~ nosecure;", "cookie_changed"),
        ("proxy_cookie_path / /x/;", "cookie_changed"),
        ("proxy_set_header Cookie \"\";", "cookie_lost"),
        ("proxy_set_header Origin \"\";", "origin_lost"),
        ("proxy_set_header Sec-Fetch-Site none;", "origin_lost"),
        (
            "add_header Access-Control-Allow-Origin * always;",
            "cors_for_anybody",
        ),
        ("add_header Strict-Transport-Security max-age=1;", "hsts"),
        ("proxy_hide_header Cache-Control;", "cached"),
        ("return 301 /elsewhere/;", "not_the_service"),
    ] {
        let site = start(line);
        let found = site.doctor(&site.origin, &site.origin, &["--json"]);
        // What only warns does not fail.
        found.expect(i32::from(rule != "hsts"));
        let found = rules(&found);
        assert!(found.iter().any(|found| found == rule), "{line}: {found:?}");
    }
    let site = start("");
    drop(site.service);
    let found = site
        .fixture
        .run(&["doctor", "--frontend", &site.origin, "--api", &site.origin]);
    // Without --ca-file the certificate has no known issuer.
    found.expect(1).prints("FAILS unreachable");
}
