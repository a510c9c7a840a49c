//! The setting `frontend`.

use accounts_testkit::{Answer, Case, Service, cases, place};

use super::built;

pub(crate) fn cases() -> Vec<Case> {
    cases![
        nothing_but_regular_files_of_the_folder_is_answered,
        files_have_their_type_and_headers_for_pages,
        https_is_insisted_on_and_the_policy_can_be_set,
        a_path_of_the_router_is_the_index_and_a_missing_file_is_missing,
        nothing_outside_the_folder_and_nothing_hidden_is_answered,
        what_the_browser_has_is_not_sent_again,
        a_head_request_has_the_headers_of_get,
        nothing_below_the_base_is_a_page,
        a_folder_without_an_index_does_not_start
    ]
}

const PAGE: (&str, &str) = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

fn get(service: &Service, path: &str) -> Answer {
    service.send(&format!("GET {path}"), &[PAGE], "")
}

/// A link that leads out of the folder, and what would block whoever opens it, are not there.
fn nothing_but_regular_files_of_the_folder_is_answered() {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    let place = built();
    let dist = place.path().join("dist");
    place.write("secret.txt", "canary");
    symlink(place.path().join("secret.txt"), dist.join("out.txt")).unwrap();
    symlink(place.path(), dist.join("up")).unwrap();
    symlink("index.html", dist.join("in.html")).unwrap();
    let pipe = Command::new("mkfifo").arg(dist.join("pipe.txt")).status();
    assert!(pipe.unwrap().success());
    let service = place.serve();
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
    let place = built();
    let service = place.serve();
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
    let place = built()
        .set("ACCOUNTS_COOKIE__ALLOW_INSECURE", "false")
        .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
        .set(
            "ACCOUNTS_FRONTEND_CSP",
            "default-src 'self' https://maps.example",
        );
    let service = place.serve();
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

fn a_path_of_the_router_is_the_index_and_a_missing_file_is_missing() {
    let place = built();
    let service = place.serve();
    for path in [
        "/notes",
        "/notes/7",
        "/notes/",
        "/a/b/c?d=e",
        "/users/jane.doe",
        "/users/jane.doe/notes",
        "/sites/app.example",
        "/versions/1.2",
    ] {
        let answer = get(&service, path).expect(200);
        assert!(answer.text.contains("The front end"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(answer.header("vary"), Some("Accept, Sec-Fetch-Mode"));
    }
    for path in [
        "/assets/gone.js",
        "/gone.css",
        "/notes/7.png",
        "/notes/7.PNG",
        "/favicon.ico",
        // Password managers take a page here for a service that has pages for everything.
        "/.well-known/change-password",
        "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200",
    ] {
        get(&service, path).expect_problem(404, "not_found");
    }
    // A request that a page makes is not one that a person makes.
    for header in [
        ("Accept", "application/json"),
        ("Accept", "*/*"),
        ("Sec-Fetch-Mode", "cors"),
    ] {
        for path in ["/notes", "/users/jane.doe"] {
            let answer = service.send(&format!("GET {path}"), &[header], "");
            answer.expect_problem(404, "not_found");
        }
    }
    let navigates = [("Accept", "*/*"), ("Sec-Fetch-Mode", "navigate")];
    service.send("GET /notes", &navigates, "").expect(200);
    for method in ["POST", "PUT", "DELETE"] {
        service
            .send(&format!("{method} /notes"), &[PAGE], "")
            .expect(404);
    }
}

fn nothing_outside_the_folder_and_nothing_hidden_is_answered() {
    let place = built();
    let service = place.serve();
    for path in [
        "/../outside.txt",
        "/docs/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/%2e%2e%2foutside.txt",
        "/..%2foutside.txt",
        "/..%5coutside.txt",
        "/docs/%2e%2e/%2e%2e/outside.txt",
        "//outside.txt",
        "/%2foutside.txt",
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/.well-known/.hidden",
        "/.well-known/../.env",
        "/docs/.well-known",
        "/assets/../.env",
        "/index.html%00.js",
        "/~outside.txt",
    ] {
        let answer = get(&service, path);
        assert!(
            answer.status == 404 || answer.status == 400,
            "{path}: {answer:#?}"
        );
        assert!(!answer.text.contains("canary"), "{path}");
    }
    // A folder whose name ends like a file's is not a file.
    std::fs::create_dir(place.path().join("dist/folder.js")).unwrap();
    get(&service, "/folder.js").expect_problem(404, "not_found");
    let long = "x".repeat(300);
    get(&service, &format!("/{long}.js")).expect_problem(404, "not_found");
}

fn what_the_browser_has_is_not_sent_again() {
    let place = built();
    let service = place.serve();
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
    place.write(
        "dist/index.html",
        "<!doctype html><title>The next front end</title>",
    );
    let next = service
        .send("GET /", &[PAGE, ("If-None-Match", tag)], "")
        .expect(200);
    assert!(next.text.contains("The next front end"));
}

fn a_head_request_has_the_headers_of_get() {
    let place = built();
    let service = place.serve();
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

fn nothing_below_the_base_is_a_page() {
    let place = built();
    std::fs::create_dir(place.path().join("dist/accounts")).unwrap();
    place.write("dist/accounts/index.html", "<title>Not the service</title>");
    let service = place.serve();
    get(&service, "/accounts/").expect_problem(404, "not_found");
    get(&service, "/accounts").expect_problem(404, "not_found");
    get(&service, "//accounts/nope").expect_problem(404, "not_found");
    get(&service, "/accounts/auth/login/").expect_problem(405, "method_not_allowed");
    get(&service, "/accounts/user/").expect_problem(401, "not_authenticated");
    // Not below it, only beginning alike.
    get(&service, "/accountsx").expect(200);
}

fn a_folder_without_an_index_does_not_start() {
    let place = place!().set("ACCOUNTS_FRONTEND", "dist");
    let refused = place.run(&[]);
    refused
        .expect(78)
        .says("accounts.frontend")
        .says("index.html");
    std::fs::create_dir(place.path().join("dist")).unwrap();
    place.run(&[]).expect(78).says("accounts.frontend");
    place.write("dist/index.html", "");
    let place = place.set("ACCOUNTS_FRONTEND_CSP", "default-src\n'self'");
    place.run(&[]).expect(78).says("accounts.frontend_csp");
    let place = place!().set("ACCOUNTS_FRONTEND_CSP", "default-src 'self'");
    place.run(&[]).expect(78).says("accounts.frontend_csp");
}
