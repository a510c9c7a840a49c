//! Which paths are answered with a file, with the index, or not at all.

use accounts_testkit::{Case, cases};

use super::built;
use super::files::{PAGE, get};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        a_path_of_the_router_is_the_index_and_a_missing_file_is_missing,
        nothing_outside_the_folder_and_nothing_hidden_is_answered,
        nothing_below_the_base_is_a_page
    ]
}

fn a_path_of_the_router_is_the_index_and_a_missing_file_is_missing() {
    let fixture = built();
    let service = fixture.serve();
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
    let fixture = built();
    let service = fixture.serve();
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
    std::fs::create_dir(fixture.path().join("dist/folder.js")).unwrap();
    get(&service, "/folder.js").expect_problem(404, "not_found");
    let long = "x".repeat(300);
    get(&service, &format!("/{long}.js")).expect_problem(404, "not_found");
}

fn nothing_below_the_base_is_a_page() {
    let fixture = built();
    std::fs::create_dir(fixture.path().join("dist/accounts")).unwrap();
    fixture.write("dist/accounts/index.html", "<title>Not the service</title>");
    let service = fixture.serve();
    get(&service, "/accounts/").expect_problem(404, "not_found");
    get(&service, "/accounts").expect_problem(404, "not_found");
    get(&service, "//accounts/nope").expect_problem(404, "not_found");
    get(&service, "/accounts/auth/login/").expect_problem(405, "method_not_allowed");
    get(&service, "/accounts/user/").expect_problem(401, "not_authenticated");
    // Not below it, only beginning alike.
    get(&service, "/accountsx").expect(200);
}
