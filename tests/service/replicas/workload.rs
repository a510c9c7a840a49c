//! Front ends at work while the service is changed under them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use accounts_testkit::{Answer, Browser, Client, Request, SetCookie};
use serde_json::json;

const TABS: usize = 6;
/// Between two requests of a tab.
const PAUSE: Duration = Duration::from_millis(15);
/// A service that is not back after so many attempts is gone.
const ATTEMPTS: usize = 2_000;
const REPLICAS_MAX: usize = 2;

/// Tabs, each of a user of its own, that do what docs/front-end.md tells them to.
pub(crate) struct Workload {
    is_over: Arc<AtomicBool>,
    tabs: Vec<JoinHandle<Tally>>,
}

/// What a tab met with.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) requests: u32,
    pub(crate) refreshes: u32,
    /// Access tokens that did not do any more.
    pub(crate) stale: u32,
    /// The port was closed, or the answer a 503.
    pub(crate) again: u32,
}

impl Workload {
    pub(crate) fn start(replicas: &[SocketAddr]) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let tabs = (0..TABS).map(|number| {
            let (is_over, replicas) = (Arc::clone(&is_over), replicas.to_vec());
            std::thread::spawn(move || {
                let mut tab = Tab::sign_in(&format!("user{number}"), replicas);
                while !is_over.load(Ordering::Relaxed) {
                    tab.act();
                    std::thread::park_timeout(PAUSE);
                }
                tab.finish()
            })
        });
        Self {
            tabs: tabs.collect(),
            is_over,
        }
    }

    /// Stops the tabs. Fails if one was signed out, or lost a cookie.
    pub(crate) fn finish(self) -> Tally {
        self.is_over.store(true, Ordering::Relaxed);
        let mut all = Tally::default();
        for tab in self.tabs {
            let tally = tab.join().unwrap();
            all.requests += tally.requests;
            all.refreshes += tally.refreshes;
            all.stale += tally.stale;
            all.again += tally.again;
        }
        all
    }
}

struct Tab {
    browser: Browser,
    replicas: Vec<SocketAddr>,
    session: String,
    turn: usize,
    tally: Tally,
}

impl Tab {
    fn sign_in(name: &str, replicas: Vec<SocketAddr>) -> Self {
        let mut browser = Browser::new(Client::new(replicas[0]));
        browser.register_with_retries(name).expect(201);
        let mut tab = Self {
            browser,
            replicas,
            session: String::new(),
            turn: 0,
            tally: Tally::default(),
        };
        tab.session = tab.current_session();
        tab
    }

    /// One request, and every few turns a refresh that nothing asked for.
    fn act(&mut self) {
        self.turn += 1;
        if self.turn.is_multiple_of(7) {
            self.refresh();
        } else if self.turn.is_multiple_of(5) {
            let name = json!({ "first_name": self.turn.to_string() });
            let rename = |browser: &Browser| browser.unsafe_request("PATCH", "user/").json(&name);
            self.ask(&rename).expect(200);
        } else {
            self.ask(&|browser| browser.request("GET", "user/"))
                .expect(200);
        }
    }

    /// Asks, refreshes if the access token does not do, and asks again: at the same replica, since the
    /// clock of the other one may be days away, unless it is just being restarted.
    fn ask(&mut self, request: &dyn Fn(&Browser) -> Request) -> Answer {
        let mut answer = self.send(request);
        for _ in 0..REPLICAS_MAX {
            let code = (answer.status == 401).then(|| answer.member("code"));
            if !matches!(code.as_deref(), Some("token_expired" | "not_authenticated")) {
                break;
            }
            self.tally.stale += 1;
            self.refresh();
            answer = self.send(request);
        }
        answer
    }

    fn refresh(&mut self) {
        self.tally.refreshes += 1;
        let refresh = |browser: &Browser| browser.unsafe_request("POST", "auth/refresh_token/");
        self.send(&refresh).expect(200);
    }

    /// Sends to one replica after the other until there is an answer.
    fn send(&mut self, request: &dyn Fn(&Browser) -> Request) -> Answer {
        for _ in 0..ATTEMPTS {
            let replica = self.replicas[self.turn % self.replicas.len()];
            self.browser.move_to(Client::new(replica));
            match request(&self.browser).try_send() {
                Ok(answer) if answer.status != 503 => {
                    self.tally.requests += 1;
                    let cleared = answer.set_cookies().into_iter().find(SetCookie::clears);
                    assert!(cleared.is_none(), "a cookie was cleared: {answer:#?}");
                    self.browser.take(&answer);
                    return answer;
                }
                _ => self.tally.again += 1,
            }
            self.turn += 1;
            std::thread::park_timeout(PAUSE);
        }
        panic!("nobody answers");
    }

    fn current_session(&mut self) -> String {
        let list = self.ask(&|browser| browser.request("GET", "sessions/"));
        let list = list.expect(200).json();
        let current = list.as_array().unwrap().iter();
        let current = { current }.find(|session| session["current"] == true);
        current.unwrap()["id"].to_string()
    }

    /// It is the session that was signed in to at first, and the only one.
    fn finish(mut self) -> Tally {
        let session = self.current_session();
        assert_eq!(session, self.session);
        self.tally
    }
}
