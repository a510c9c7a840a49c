//! The application, visited with one browser.

use std::sync::Arc;

use accounts_testkit::{Backend, Case, PASSWORD, Schema};
use chrono::TimeDelta;
use figment::Figment;
use figment::providers::{Format, Toml};
use rocket::http::{ContentType, Header, Method};
use rocket::local::blocking::Client;
use rocket_accounts::Accounts;
use rocket_accounts::domain::clock::ManualClock;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::example;

/// Each function as a case on each store.
macro_rules! visits {
    ($($test:ident),+ $(,)?) => {
        Backend::ALL.into_iter().flat_map(|backend| {
            [$(
                Case::new(format!("{backend}::{}", stringify!($test)), move || {
                    visit(backend, $test);
                })
                .needs_backend(backend)
            ),+]
        })
    };
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    visits![
        strangers_are_greeted_and_no_more,
        the_trail_is_its_owners,
        an_old_proof_does_not_do,
        a_post_needs_the_csrf_token,
        the_hosts_own_column_goes_with_the_member,
    ]
}

/// A browser, which keeps cookies, and the application's clock.
struct Visitor {
    client: Client,
    clock: Arc<ManualClock>,
}

/// Runs a test on the example with its sessions in `backend`.
fn visit(backend: Backend, test: fn(&Visitor)) {
    let on_database = |url: &str| {
        let database = format!("database = {{ url = \"{url}\", auto_migrate = true }}");
        test(&Visitor::new(&format!("store = \"{backend}\"\n{database}")));
    };
    match backend {
        Backend::Memory => test(&Visitor::new("")),
        Backend::Sqlite => {
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("sessions.sqlite3");
            on_database(&format!("sqlite://{}", file.display()));
        }
        Backend::Postgres => on_database(&Schema::create().url()),
    }
}

impl Visitor {
    fn new(settings: &str) -> Self {
        let clock = Arc::new(ManualClock::default());
        let settings = format!("[test.accounts]\n{settings}");
        let figment = Figment::from(rocket::Config::default())
            .merge(Toml::string("[default]\nlog_level = \"off\"").nested())
            .merge(Toml::string(&settings).nested())
            .select("test");
        let accounts = Accounts::builder().clock(clock.clone());
        let rocket = example::host(rocket::custom(figment), accounts);
        let client = Client::tracked(rocket).unwrap();
        Self { client, clock }
    }

    /// Status and text of the answer.
    fn send(&self, method: Method, path: &'static str, body: &str, csrf: bool) -> (u16, String) {
        let mut request = self.client.req(method, path).body(body);
        request.add_header(Header::new("Sec-Fetch-Site", "same-origin"));
        if path.starts_with("/accounts/") {
            request.add_header(ContentType::JSON);
        }
        // Rocket's client shows its cookies to Rocket's jar alone; ours are read from the header.
        let cookies = self.client.cookies();
        let pairs = cookies.iter().map(|cookie| cookie.stripped().to_string());
        let pairs: Vec<_> = pairs.collect();
        request.add_header(Header::new("Cookie", pairs.join("; ")));
        if let Some(token) = cookies.get("csrftoken").filter(|_| csrf) {
            request.add_header(Header::new("X-CSRFToken", token.value().to_owned()));
        }
        let answer = request.dispatch();
        (
            answer.status().code,
            answer.into_string().unwrap_or_default(),
        )
    }

    #[track_caller]
    fn expect(&self, status: u16, method: Method, path: &'static str, body: &str) -> String {
        let (code, text) = self.send(method, path, body, true);
        assert_eq!(code, status, "{method} {path}: {text}");
        text
    }

    /// A refusal in problem details.
    #[track_caller]
    fn expect_refusal(&self, status: u16, code: &str, method: Method, path: &'static str) {
        let text = self.expect(status, method, path, "");
        let problem: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(problem["code"], code, "{method} {path}");
    }

    #[track_caller]
    fn get(&self, path: &'static str) -> String {
        self.expect(200, Method::Get, path, "")
    }

    #[track_caller]
    fn register(&self, name: &str) {
        let body = json!({"username": name, "password": PASSWORD}).to_string();
        self.expect(201, Method::Post, "/accounts/auth/register/", &body);
    }

    /// Names of the events in the trail.
    #[track_caller]
    fn trail(&self) -> Vec<String> {
        let text = self.get("/audit");
        let name = |line: &str| {
            let (_at, reported) = line.split_once(' ').unwrap();
            reported.split(':').next().unwrap().to_owned()
        };
        text.lines().map(name).collect()
    }
}

fn strangers_are_greeted_and_no_more(visitor: &Visitor) {
    assert_eq!(visitor.get("/"), "Hello, visitor!\n");
    for (method, path) in [
        (Method::Get, "/audit"),
        (Method::Get, "/export"),
        (Method::Post, "/motto"),
    ] {
        visitor.expect_refusal(401, "not_authenticated", method, path);
    }
}

fn the_trail_is_its_owners(visitor: &Visitor) {
    visitor.register("ada");
    assert_eq!(visitor.trail(), ["registered"]);
    let log_in = |status, password| {
        let body = json!({"username": "ada", "password": password}).to_string();
        visitor.expect(status, Method::Post, "/accounts/auth/login/", &body);
    };
    log_in(401, "a guess");
    log_in(200, PASSWORD);
    let all = [
        "registered",
        "login_failed",
        "session_superseded",
        "login_succeeded",
    ];
    assert_eq!(visitor.trail(), all);

    visitor.expect(200, Method::Post, "/accounts/auth/logout/", "");
    visitor.register("bob");
    assert_eq!(visitor.trail(), ["registered"], "bob sees his own alone");

    visitor.expect(200, Method::Post, "/accounts/auth/logout/", "");
    log_in(200, PASSWORD);
    assert_eq!(visitor.trail()[4..], ["logged_out", "login_succeeded"]);
}

fn an_old_proof_does_not_do(visitor: &Visitor) {
    visitor.register("ada");
    visitor.clock.advance(TimeDelta::seconds(300));
    assert!(visitor.get("/export").starts_with("username: ada\n"));
    visitor.clock.advance(TimeDelta::seconds(1));
    visitor.expect_refusal(403, "reauthentication_required", Method::Get, "/export");
    assert_eq!(visitor.trail(), ["registered"], "the session goes on");

    let proof = json!({"password": PASSWORD}).to_string();
    visitor.expect(200, Method::Post, "/accounts/auth/reauthenticate/", &proof);
    visitor.get("/export");
}

fn a_post_needs_the_csrf_token(visitor: &Visitor) {
    visitor.register("ada");
    let (status, text) = visitor.send(Method::Post, "/motto", "Forged!", false);
    assert_eq!(status, 403, "{text}");
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(problem["code"], "csrf_failed");
    assert_eq!(visitor.get("/"), "Hello, ada! Your motto: (none yet)\n");

    visitor.expect(200, Method::Post, "/motto", "Onwards!");
    assert_eq!(visitor.get("/"), "Hello, ada! Your motto: Onwards!\n");
}

fn the_hosts_own_column_goes_with_the_member(visitor: &Visitor) {
    visitor.register("ada");
    visitor.expect(200, Method::Post, "/motto", "Onwards!");
    let proof = json!({"password": PASSWORD}).to_string();
    visitor.expect(204, Method::Delete, "/accounts/user/", &proof);
    visitor.register("ada");
    assert_eq!(visitor.get("/"), "Hello, ada! Your motto: (none yet)\n");
    assert_eq!(
        visitor.trail(),
        ["registered"],
        "another member of the same name"
    );
}
