//! The page of the profile debug, and `/` without any page.

use accounts_testkit::{Case, TestService, cases, test_service};

use super::built;

pub(crate) fn cases() -> Vec<Case> {
    cases![
        the_log_and_the_page_lead_to_what_is_there,
        the_page_and_its_parts_are_there_in_debug,
        a_front_end_replaces_the_page,
        release_has_nothing_at_the_root,
        release_serves_a_front_end
    ]
}

fn release() -> TestService {
    let key = test_service!().run(&["key", "generate"]).stdout;
    let fixture = test_service!();
    let database = format!("sqlite://{}/accounts.sqlite3", fixture.path().display());
    fixture
        .set("ROCKET_PROFILE", "release")
        .set("ROCKET_ADDRESS", "127.0.0.1")
        .set("ACCOUNTS_STORE", "sqlite")
        .set("DATABASE_URL", &database)
        .set("ACCOUNTS_DATABASE__AUTO_MIGRATE", "true")
        .set("ACCOUNTS_KEYS__ACTIVE", key.trim())
        .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
}

/// What a person clicks first leads somewhere: each address in the log, and each link of the page.
fn the_log_and_the_page_lead_to_what_is_there() {
    for (openapi, has_docs) in [("true", true), ("false", false)] {
        let fixture = test_service!()
            .set("ACCOUNTS_BASE", "/api/auth")
            .set("ACCOUNTS_OPENAPI", openapi)
            .set("ACCOUNTS_PUBLIC_ORIGIN", "http://localhost:8000");
        let mut service = fixture.serve();
        service.wait_for("to create a user");
        let log = service.take_log();
        let words = log.split_whitespace();
        let addresses = words.filter_map(|word| word.split_once("http://"));
        let mut paths: Vec<_> = addresses
            .filter_map(|(_, rest)| rest.trim_matches('"').find('/').map(|at| &rest[at..]))
            .map(|path| path.trim_matches('"').to_owned())
            .collect();
        let page = service.request("GET", "/").send().expect(200).text;
        assert_eq!(page.contains("<a "), has_docs, "{page}");
        let links = page.split("<a href=\"").skip(1);
        paths.extend(links.map(|rest| rest.split('"').next().unwrap().to_owned()));
        let expected: &[&str] = if has_docs {
            &["/api/auth", "/", "/api/auth/docs/", "/api/auth/docs/"]
        } else {
            &["/api/auth", "/"]
        };
        assert_eq!(paths, expected, "{log}");
        for path in paths {
            let answer = service.request("GET", &path).send();
            assert!(matches!(answer.status, 200 | 303), "{path}: {answer:#?}");
        }
    }
}

fn the_page_and_its_parts_are_there_in_debug() {
    let fixture = test_service!().set("ACCOUNTS_BASE", "/api/auth");
    let service = fixture.serve();
    let page = service.request("GET", "/").send().expect(200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        page.text.contains("data-base=\"/api/auth\""),
        "{}",
        page.text
    );
    let csp = page.header("content-security-policy").unwrap();
    assert!(
        csp.contains("script-src 'self';") && !csp.contains("unsafe"),
        "{csp}"
    );
    for (part, content_type) in [
        ("/page.js", "text/javascript; charset=utf-8"),
        ("/calls.js", "text/javascript; charset=utf-8"),
        ("/programs.js", "text/javascript; charset=utf-8"),
        ("/accounts.js", "text/javascript; charset=utf-8"),
        ("/page.css", "text/css; charset=utf-8"),
    ] {
        let answer = service.request("GET", part).send().expect(200);
        assert_eq!(answer.header("content-type"), Some(content_type));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let client = service.request("GET", "/accounts.js").send();
    assert_eq!(
        client.text,
        include_str!("../../../examples/browser/accounts.js")
    );
    for base in ["/api/auth", "/api/auth/"] {
        let answer = service.request("GET", base).send().expect(303);
        assert_eq!(answer.header("location"), Some("/"));
    }
    service
        .request("GET", "/nope")
        .send()
        .expect_problem(404, "not_found");
}

fn a_front_end_replaces_the_page() {
    let fixture = built();
    let service = fixture.serve();
    let page = service.request("GET", "/").send().expect(200);
    assert!(page.text.contains("The front end"));
    let html = ("Accept", "text/html");
    let part = service.send("GET /page.js", &[html], "");
    part.expect_problem(404, "not_found");
}

fn release_has_nothing_at_the_root() {
    let fixture = release();
    let service = fixture.serve();
    for path in ["/", "/index.html", "/page.js", "/accounts.js", "/nope"] {
        let answer = service.send(&format!("GET {path}"), &[("Accept", "text/html")], "");
        let answer = answer.expect_problem(404, "not_found");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.header("strict-transport-security").is_some());
    }
}

fn release_serves_a_front_end() {
    let front_end = built();
    let dist = front_end.path().join("dist");
    let fixture = release().set("ACCOUNTS_FRONTEND", dist.to_str().unwrap());
    let service = fixture.serve();
    let page = service.request("GET", "/").send().expect(200);
    assert!(page.text.contains("The front end"));
    assert!(page.header("strict-transport-security").is_some());
}
