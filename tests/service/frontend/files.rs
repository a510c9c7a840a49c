//! The setting `frontend`.

use accounts_testkit::{Answer, Case, RunningService, cases, test_service};

use super::built;

pub(crate) fn cases() -> Vec<Case> {
    cases![
        nothing_but_regular_files_of_the_folder_is_answered,
        files_have_their_type_and_headers_for_pages,
        https_is_insisted_on_and_the_policy_can_be_set,
        what_the_browser_has_is_not_sent_again,
        a_head_request_has_the_headers_of_get,
        a_folder_without_an_index_does_not_start
    ]
}

pub(super) const PAGE: (&str, &str) = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

pub(super) fn get(service: &RunningService, path: &str) -> Answer {
    service.send(&format!("GET {path}"), &[PAGE], "")
}

/// A link that leads out of the folder, and a file that would block its reader, are 404.
fn nothing_but_regular_files_of_the_folder_is_answered() {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    let fixture = built();
    let dist = fixture.path().join("dist");
    fixture.write("secret.txt", "canary");
    symlink(fixture.path().join("secret.txt"), dist.join("out.txt")).unwrap();
    symlink(fixture.path(), dist.join("up")).unwrap();
    symlink("index.html", dist.join("in.html")).unwrap();
    let pipe = Command::new("mkfifo").arg(dist.join("pipe.txt")).status();
    assert!(pipe.unwrap().success());
    let service = fixture.serve();
    for path in ["/out.txt", "/up/secret.txt", "/up/Rocket.toml", "/pipe.txt"] {
        let answer = service.send(&format!("GET {path}"), &[], "");
        assert_eq!(answer.status, 404, "{path}: {answer:#?}");
        assert!(!answer.text.contains("canary"), "{path}: {answer:#?}");
    }
    get(&service, "/in.html").expect(200);
    // A pipe in use neither holds the stop up.
    assert_eq!(service.stop().0, Some(0));
}

fn files_have_their_type_and_headers_for_pages() {
    let fixture = built();
    let service = fixture.serve();
    for (path, content_type, cache) in [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/docs/", "text/html; charset=utf-8", "no-cache"),
        (
            "/assets/index-BfX3k2aQ.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
        (
            "/assets/index.js",
            "text/javascript; charset=utf-8",
            "no-cache",
        ),
        (
            "/assets/style.css?v=1",
            "text/css; charset=utf-8",
            "no-cache",
        ),
        ("/assets/logo.svg", "image/svg+xml", "no-cache"),
        ("/assets/logo-Winter25.png", "image/png", "no-cache"),
        (
            "/.well-known/security.txt",
            "text/plain; charset=utf-8",
            "no-cache",
        ),
        ("/app.wasm", "application/wasm", "no-cache"),
        ("/app.webmanifest", "application/manifest+json", "no-cache"),
        ("/app.js.map", "application/json", "no-cache"),
        ("/LICENCE", "application/octet-stream", "no-cache"),
    ] {
        let answer = get(&service, path).expect(200);
        assert_eq!(answer.header("content-type"), Some(content_type), "{path}");
        assert_eq!(answer.header("cache-control"), Some(cache), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        let csp = answer.header("content-security-policy").unwrap();
        for directive in [
            "default-src 'self'",
            "script-src 'self';",
            "frame-ancestors 'none'",
        ] {
            assert!(csp.contains(directive), "{csp}");
        }
        assert_eq!(answer.header("strict-transport-security"), None);
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert!(get(&service, "/docs/").text.contains("The documents"));
}

fn https_is_insisted_on_and_the_policy_can_be_set() {
    let fixture = built()
        .set("ACCOUNTS_COOKIE__ALLOW_INSECURE", "false")
        .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
        .set(
            "ACCOUNTS_FRONTEND_CSP",
            "default-src 'self' https://maps.example",
        );
    let service = fixture.serve();
    let answer = get(&service, "/").expect(200);
    let hsts = answer.header("strict-transport-security").unwrap();
    assert_eq!(hsts, "max-age=31536000");
    let csp = answer.header("content-security-policy");
    assert_eq!(csp, Some("default-src 'self' https://maps.example"));
    // The API's own stays as strict as it is.
    let answer = get(&service, "/accounts/csrf_token/").expect(200);
    let csp = answer.header("content-security-policy").unwrap();
    assert!(csp.starts_with("default-src 'none'"), "{csp}");
}

fn what_the_browser_has_is_not_sent_again() {
    let fixture = built();
    let service = fixture.serve();
    let first = get(&service, "/").expect(200);
    let tag = first.header("etag").unwrap();
    let others = format!("\"x\", {tag}");
    for held in [tag, "*", &others] {
        let again = service
            .send("GET /", &[PAGE, ("If-None-Match", held)], "")
            .expect(304);
        assert_eq!(again.text, "");
        assert_eq!(again.header("etag"), Some(tag));
        assert_eq!(again.header("cache-control"), Some("no-cache"));
        assert!(again.header("content-security-policy").is_some());
    }
    service
        .send("GET /", &[PAGE, ("If-None-Match", "W/\"x\"")], "")
        .expect(200);
    // A new build is seen at once.
    fixture.write(
        "dist/index.html",
        "<!doctype html><title>The next front end</title>",
    );
    let next = service
        .send("GET /", &[PAGE, ("If-None-Match", tag)], "")
        .expect(200);
    assert!(next.text.contains("The next front end"));
}

fn a_head_request_has_the_headers_of_get() {
    let fixture = built();
    let service = fixture.serve();
    for path in ["/", "/assets/style.css", "/nope.css", "/accounts/user/"] {
        let get = service.request("GET", path).send();
        assert!(!get.text.is_empty(), "{get:#?}");
        let bytes = format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let head = service.client().exchange(bytes.as_bytes()).unwrap();
        let head = String::from_utf8(head).unwrap();
        // No body comes, although the head has the length of one.
        let head = head.strip_suffix("\r\n\r\n").unwrap();
        let (status, head) = head.split_once("\r\n").unwrap();
        assert!(
            status.starts_with(&format!("HTTP/1.1 {} ", get.status)),
            "{status}"
        );
        let pair = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        };
        // Of the moment, not of the file.
        let lasts = |(name, _): &(String, String)| name != "date" && name != "x-request-id";
        let head: Vec<_> = head.split("\r\n").map(pair).filter(lasts).collect();
        let get: Vec<_> = get.headers.into_iter().filter(lasts).collect();
        assert!(get.len() > 8, "{get:?}");
        assert_eq!(head, get, "{path}");
    }
}

fn a_folder_without_an_index_does_not_start() {
    let fixture = test_service!().set("ACCOUNTS_FRONTEND", "dist");
    let refused = fixture.run(&[]);
    refused
        .expect(78)
        .says("accounts.frontend")
        .says("index.html");
    std::fs::create_dir(fixture.path().join("dist")).unwrap();
    fixture.run(&[]).expect(78).says("accounts.frontend");
    fixture.write("dist/index.html", "");
    let fixture = fixture.set("ACCOUNTS_FRONTEND_CSP", "default-src\n'self'");
    fixture.run(&[]).expect(78).says("accounts.frontend_csp");
    let fixture = test_service!().set("ACCOUNTS_FRONTEND_CSP", "default-src 'self'");
    fixture.run(&[]).expect(78).says("accounts.frontend_csp");
}
