//! Clients that are not ours, and ours outside a browser.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use accounts_testkit::Case;
use serde_json::json;

use crate::chrome::{self, Chrome};
use crate::site::{debug, origin, root};

pub(crate) fn cases() -> Vec<Case> {
    let node = |case: Case| case.needs("node", *NODE);
    let packages = |case: Case| case.needs("npm ci in tests/browser/npm", has_packages());
    let types = Case::new("the_types_of_the_client", the_types_of_the_client);
    let axios = Case::new("axios_in_a_front_end", axios_in_a_front_end);
    vec![
        node(Case::new("the_client_in_node", the_client_in_node)),
        packages(node(types)),
        packages(axios.needs("chromium and chromedriver", *chrome::IS_THERE)),
        Case::new("requests_of_python", requests_of_python)
            .needs("Python and requests", has_requests()),
    ]
}

fn starts(program: impl AsRef<Path>, arguments: &[&str]) -> bool {
    let mut command = Command::new(program.as_ref());
    command.args(arguments).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Runs a program in a folder of this suite; what it says is the failure.
fn run(program: impl AsRef<Path>, arguments: &[&str], folder: &str) {
    let mut command = Command::new(program.as_ref());
    command.current_dir(root().join("tests/browser").join(folder));
    let output = command.args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&said)
    );
}

fn packages() -> PathBuf {
    root().join("tests/browser/npm/node_modules")
}

/// Whether Node is there, in a version that has what the tests use.
pub(crate) static NODE: LazyLock<bool> = LazyLock::new(|| {
    starts(
        "node",
        &[
            "-e",
            "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)",
        ],
    )
});

/// Whether the packages of `tests/browser/npm` are there.
pub(crate) fn has_packages() -> bool {
    packages().is_dir()
}

/// A Python with requests: the one of a virtual environment in `target`, or any.
static PYTHON: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let own = root().join("target/tools/python/bin/python");
    let candidates = [own, "python3".into()];
    candidates
        .into_iter()
        .find(|python| starts(python, &["-c", "import requests"]))
});

pub(crate) fn has_requests() -> bool {
    PYTHON.is_some()
}

/// `accounts.js` with stand-ins for the browser: every order of events that tabs can make.
pub(crate) fn the_client_in_node() {
    run("node", &["--test", "."], "client");
}

/// `accounts.d.ts` is what an application in `TypeScript` may write.
pub(crate) fn the_types_of_the_client() {
    run(
        "node",
        &["node_modules/typescript/bin/tsc", "--project", "."],
        "npm",
    );
}

/// `requests.Session`, as scripts and other services use it.
pub(crate) fn requests_of_python() {
    let fixture = debug();
    let service = fixture.serve();
    let site = format!("{}/accounts", origin(&service));
    run(PYTHON.as_ref().unwrap(), &["walk.py", &site], "requests");
}

/// axios with its own settings for cookies and the usual interceptor, in a browser,
/// in a front end that the service itself serves.
pub(crate) fn axios_in_a_front_end() {
    let fixture = debug();
    let dist = fixture.path().join("dist");
    std::fs::create_dir(&dist).unwrap();
    for file in ["index.html", "app.js"] {
        let from = root().join("tests/browser/npm").join(file);
        std::fs::copy(from, dist.join(file)).unwrap();
    }
    let axios = packages().join("axios/dist/esm/axios.min.js");
    std::fs::copy(axios, dist.join("axios.js")).unwrap();
    let fixture = fixture.set("ACCOUNTS_FRONTEND", dist.to_str().unwrap());
    let service = fixture.serve();
    let chrome = Chrome::start();
    chrome.open(&format!("{}/", origin(&service)));
    chrome.wait_for("window.api");
    let registered = chrome.run(
        "const body = { username: 'ada', password: 'correct horse battery staple' };
         const { status, data } = await api.post('/auth/register/', body);
         return [status, data.user.username];",
    );
    assert_eq!(registered, json!([201, "ada"]));
    let rename = "const { data } = await api.patch('/user/', { first_name: 'Ada' });
                  return data.first_name;";
    assert_eq!(chrome.run(rename), "Ada");

    // The access token is gone: four calls at once share a refresh, and all of them go on. A refusal
    // that comes in when that refresh is over already asks for one more, which does no harm.
    chrome.forget("access_token");
    let renewed = "const calls = [1, 2, 3].map(() => api.get('/user/'));
                   calls.push(api.patch('/user/', { last_name: 'L' }));
                   return (await Promise.all(calls)).map(({ data }) => data.username);";
    assert_eq!(chrome.run(renewed), json!(["ada", "ada", "ada", "ada"]));
    let refreshes = chrome.refreshes();
    assert!((1..=2).contains(&refreshes), "{refreshes}");

    // Without the header that axios makes of the cookie, nothing happens.
    let forged = "const answer = await fetch('/accounts/user/', { method: 'PATCH', body: '{}' });
                  return [answer.status, (await answer.json()).code];";
    assert_eq!(chrome.run(forged), json!([403, "csrf_failed"]));

    let code =
        "return api.get('/user/').then(() => 'signed in', (error) => error.response.data.code)";
    chrome.run("await api.post('/auth/logout/')");
    assert_eq!(chrome.jar(), Vec::<serde_json::Value>::new());
    assert_eq!(chrome.run(code), "refresh_token_missing");
}
