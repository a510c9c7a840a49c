//! A built front end at `/`, the page that `cargo run` has without one, and what is there if there
//! is neither.

mod files;
mod host;
mod page;
mod paths;

use accounts_testkit::{Case, TestService, cases_of, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases_of![files, host, page, paths]
}

/// A service with a front end as bundlers write it.
fn built() -> TestService {
    let fixture = test_service!();
    for folder in ["dist/assets", "dist/docs", "dist/.git", "dist/.well-known"] {
        std::fs::create_dir_all(fixture.path().join(folder)).unwrap();
    }
    for (file, text) in [
        (
            "dist/index.html",
            "<!doctype html><title>The front end</title>",
        ),
        (
            "dist/docs/index.html",
            "<!doctype html><title>The documents</title>",
        ),
        ("dist/assets/index-BfX3k2aQ.js", "export {};"),
        ("dist/assets/index.js", "export {};"),
        ("dist/assets/style.css", "body {}"),
        (
            "dist/assets/logo.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
        ),
        ("dist/app.wasm", "wasm"),
        ("dist/app.webmanifest", "{}"),
        ("dist/app.js.map", "{}"),
        ("dist/LICENCE", "free"),
        ("dist/assets/logo-Winter25.png", "png"),
        (
            "dist/.well-known/security.txt",
            "Contact: mailto:it@app.example",
        ),
        ("dist/.well-known/.hidden", "canary"),
        ("dist/docs/.well-known", "canary"),
        ("dist/.env", "SECRET=canary"),
        ("dist/.git/config", "canary"),
        ("outside.txt", "canary"),
    ] {
        fixture.write(file, text);
    }
    fixture.set("ACCOUNTS_FRONTEND", "dist")
}
