//! Chromium, driven through `ChromeDriver` with the `WebDriver` protocol (W3C). No client crate: a
//! handful of commands, each one JSON request.

mod devtools;
mod page;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::Request;

/// The member that stands for an element (`WebDriver` section 11).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Milliseconds that a page has to come to what a test waits for.
const TIMEOUT: u64 = 30_000;

/// Whether `chromium` and `chromedriver` can be started.
pub(crate) static IS_THERE: LazyLock<bool> = LazyLock::new(|| {
    ["chromium", "chromedriver"].iter().all(|program| {
        let mut command = Command::new(program);
        command.arg("--version");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    })
});

/// A browser with a profile of its own, and its driver; both end when it goes out of scope.
pub(crate) struct Chrome {
    driver: Child,
    agent: Agent,
    session: String,
    profile: TempDir,
}

impl Chrome {
    /// A browser that finds every name below `test` on this machine and takes any certificate.
    pub(crate) fn start() -> Self {
        let mut command = Command::new("chromedriver");
        command.args(["--port=0", "--log-level=SEVERE"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut driver = command.stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = |line: String| {
            let (_, port) = line.split_once("successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        };
        let port = lines.map_while(Result::ok).find_map(port);
        let port: u16 = port.expect("ChromeDriver says where it listens");
        let profile = TempDir::new().unwrap();
        let mut chrome = Self {
            driver,
            agent: Agent::config_builder()
                .http_status_as_error(false)
                .timeout_global(Some(Duration::from_millis(2 * TIMEOUT)))
                .build()
                .new_agent(),
            session: format!("http://127.0.0.1:{port}"),
            profile,
        };
        let folder = chrome.profile.path().display();
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP *.test 127.0.0.1",
            &format!("--user-data-dir={folder}"),
        ];
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "acceptInsecureCerts": true,
            "goog:chromeOptions": { "args": arguments },
            "timeouts": { "script": TIMEOUT },
        }}});
        let made = chrome.send("POST", "/session", &capabilities);
        let id = made["sessionId"].as_str().unwrap();
        chrome.session = format!("{}/session/{id}", chrome.session);
        chrome
    }

    /// One command; its value. A command that fails ends the test.
    #[track_caller]
    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.session))
            .header("Content-Type", "application/json");
        let text = if method == "POST" {
            body.to_string()
        } else {
            String::new()
        };
        let mut answer = self.agent.run(request.body(text).unwrap()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let mut json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer.status(), 200, "{method} {path} {body}: {json:#}");
        json["value"].take()
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.send("POST", path, body)
    }

    /// Opens a page and waits until it has loaded.
    #[track_caller]
    pub(crate) fn open(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Loads the page again.
    #[track_caller]
    pub(crate) fn reload(&self) {
        self.post("/refresh", &json!({}));
    }

    /// Runs the body of an async function in the page; its result.
    #[track_caller]
    pub(crate) fn run(&self, script: &str) -> Value {
        let script = format!("return (async () => {{ {script} }})()");
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until an expression is true in the page.
    #[track_caller]
    pub(crate) fn wait_for(&self, expression: &str) {
        let held = self.run(&format!(
            "const end = Date.now() + {TIMEOUT} - 5000;
             while (!({expression})) {{
               if (Date.now() > end) return document.body.innerText;
               await new Promise((next) => setTimeout(next, 20));
             }}
             return true;"
        ));
        assert_eq!(held, true, "{expression} does not become true");
    }

    /// Waits until the page's status line says `text`.
    #[track_caller]
    pub(crate) fn wait_for_status(&self, text: &str) {
        self.wait_for(&format!(
            "document.getElementById('status').textContent.includes({})",
            json!(text)
        ));
    }

    #[track_caller]
    fn find(&self, css: &str) -> String {
        let found = self.post(
            "/element",
            &json!({ "using": "css selector", "value": css }),
        );
        format!("/element/{}", found[ELEMENT].as_str().unwrap())
    }

    /// Clicks as a person does: what cannot be seen or is covered cannot be clicked.
    #[track_caller]
    pub(crate) fn click(&self, css: &str) {
        let element = self.find(css);
        self.post(&format!("{element}/click"), &json!({}));
    }

    /// Types into a field, after what is there is gone.
    #[track_caller]
    pub(crate) fn fill(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.post(&format!("{element}/clear"), &json!({}));
        self.post(&format!("{element}/value"), &json!({ "text": text }));
    }

    /// Presses keys wherever the focus is; W3C names them with private characters.
    #[track_caller]
    pub(crate) fn press(&self, keys: &str) {
        let active = self.send("GET", "/element/active", &Value::Null);
        let element = active[ELEMENT].as_str().unwrap();
        self.post(
            &format!("/element/{element}/value"),
            &json!({ "text": keys }),
        );
    }

    /// What stands in an element for a person to read.
    #[track_caller]
    pub(crate) fn text(&self, css: &str) -> String {
        let element = self.find(css);
        let text = self.send("GET", &format!("{element}/text"), &Value::Null);
        text.as_str().unwrap().to_owned()
    }

    /// Opens another tab and goes there.
    #[track_caller]
    pub(crate) fn new_tab(&self, url: &str) -> String {
        let made = self.post("/window/new", &json!({ "type": "tab" }));
        let handle = made["handle"].as_str().unwrap().to_owned();
        self.switch_to(&handle);
        self.open(url);
        handle
    }

    /// The tab that commands go to.
    #[track_caller]
    pub(crate) fn tab(&self) -> String {
        let handle = self.send("GET", "/window", &Value::Null);
        handle.as_str().unwrap().to_owned()
    }

    /// Sends further commands to another tab.
    #[track_caller]
    pub(crate) fn switch_to(&self, handle: &str) {
        self.post("/window", &json!({ "handle": handle }));
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        // Ends the browser; the driver is killed in any case.
        drop(self.agent.delete(&self.session).call());
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}
