//! `replicas.conf`: two replicas on one database.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use accounts_testkit::{
    Backend, Browser, Case, Client, RunningService, TestService, cases, free_port,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::process::Nginx;
use super::site;

pub(crate) fn cases() -> Vec<Case> {
    cases![
        a_rolling_restart_loses_no_request,
        a_logout_on_one_counts_on_the_other,
        a_refresh_race_leaves_one_successor
    ]
}

struct Site {
    nginx: Nginx,
    replicas: [RunningService; 2],
    fixture: TestService,
}

fn start() -> Site {
    // Every refresh rotates, as if each came a while after the one before.
    let fixture = site::test_service(Backend::Postgres).set("ACCOUNTS_SESSION__REUSE_GRACE", "0s");
    // Idle connections of nginx would hold each replica for the whole of the usual 10 seconds.
    fixture.write("Rocket.toml", "[default.shutdown]\ngrace = 1\n");
    let replicas = [(); 2].map(|()| fixture.serve_on(free_port()));
    let changes = [
        ("10.0.0.11:8000", replicas[0].address().to_string()),
        ("10.0.0.12:8000", replicas[1].address().to_string()),
    ];
    let nginx = Nginx::start("replicas.conf", &changes);
    Site {
        nginx,
        replicas,
        fixture,
    }
}

/// What a browser did until it was stopped.
#[derive(Default)]
struct Load {
    answered: AtomicU32,
    put_off: AtomicU32,
    is_over: AtomicBool,
}

/// At most so many rounds of requests a browser: a bound, far above what a restart takes.
const ROUNDS: u32 = 20_000;

impl Load {
    /// Reads, changes and refreshes, and fails on any answer that a front end could not live with.
    fn run(&self, mut browser: Browser) {
        for round in 0..ROUNDS {
            if self.is_over.load(Ordering::Relaxed) {
                return;
            }
            browser.get("user/").expect(200);
            let name = json!({ "first_name": format!("Ada {round}") });
            self.count(&browser.patch("user/", &name));
            self.count(&browser.refresh());
            self.answered.fetch_add(3, Ordering::Relaxed);
        }
        panic!("{ROUNDS} rounds, and the restart is not over");
    }

    /// An unsafe request is answered, or put off with a 503 that ends no session.
    fn count(&self, answer: &accounts_testkit::Answer) {
        if answer.status != 200 {
            let answer = answer.clone().expect_problem(503, "unavailable");
            answer.expect_no_cookie();
            self.put_off.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits for requests that began after this was called.
    fn wait_for_more(&self) {
        let before = self.answered.load(Ordering::Relaxed);
        while self.answered.load(Ordering::Relaxed) < before + 20 {
            assert!(!self.is_over.load(Ordering::Relaxed), "the load has ended");
            std::thread::yield_now();
        }
    }
}

/// Ends the load also when a test fails, or the browsers would go on.
struct Ends<'a>(&'a Load);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }
}

pub(crate) fn a_rolling_restart_loses_no_request() {
    let site = start();
    let load = Load::default();
    let browsers = ["ada", "grace", "mary"].map(|name| {
        let mut browser = site.nginx.browser();
        browser.register(name).expect(201);
        browser
    });
    // Outlives the load.
    let mut alive = Vec::new();
    std::thread::scope(|scope| {
        for browser in browsers {
            scope.spawn(|| {
                let _ends = Ends(&load);
                load.run(browser);
            });
        }
        let _ends = Ends(&load);
        load.wait_for_more();
        for replica in site.replicas {
            let port = replica.address().port();
            let (code, log) = replica.stop();
            assert_eq!(code, Some(0), "{log}");
            load.wait_for_more();
            let before = site.nginx.access_log().len();
            let again = site.fixture.serve_on(port);
            let answered = format!("{} 200", again.address());
            // As an operator does: the next one only when this one is at work again.
            while !site.nginx.access_log()[before..].contains(&answered) {
                load.wait_for_more();
            }
            alive.push(again);
        }
    });
    let (answered, put_off) = (load.answered.into_inner(), load.put_off.into_inner());
    assert!(answered > 100, "{answered} requests are no load");
    println!("{answered} requests, {put_off} of them put off");
    site.nginx.stop();
}

fn at(browser: &Browser, client: Client) -> Browser {
    let mut there = browser.clone();
    there.move_to(client);
    there
}

pub(crate) fn a_logout_on_one_counts_on_the_other() {
    let site = start();
    let [one, other] = [0, 1].map(|index: usize| site.replicas[index].client());
    let mut ada = site.nginx.browser();
    ada.register("ada").expect(201);
    let copy = ada.clone();
    for client in [one, other] {
        at(&copy, client).get("user/").expect(200);
    }
    at(&ada, one).log_out().expect(200);
    let ended = Instant::now();
    // At once where it was ended; elsewhere within a second, which the cache takes at most.
    at(&copy, one)
        .get("user/")
        .expect_problem(401, "session_ended");
    while at(&copy, other).get("user/").status == 200 {
        assert!(ended.elapsed() < Duration::from_secs(1), "it goes on");
    }
    at(&copy, other)
        .get("user/")
        .expect_problem(401, "session_ended");
    let mut through = copy;
    through.get("user/").expect_problem(401, "session_ended");
}

/// Which of its session's refresh tokens it is.
fn generation(token: &str) -> i64 {
    let claims = token.split('.').nth(1).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["gen"].as_i64().unwrap()
}

pub(crate) fn a_refresh_race_leaves_one_successor() {
    let site = start();
    let mut ada = site.nginx.browser();
    ada.register("ada").expect(201);
    let mut last = 0;
    for _ in 0..5 {
        let barrier = Barrier::new(8);
        let generations: BTreeSet<_> = std::thread::scope(|scope| {
            let racers = [0, 1, 0, 1, 0, 1, 0, 1].map(|index: usize| {
                let mut racer = at(&ada, site.replicas[index].client());
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    let token = racer.refresh().expect(200);
                    generation(&token.cookie("__Secure-refresh_token"))
                })
            });
            racers.map(|racer| racer.join().unwrap()).into()
        });
        assert_eq!(generations.len(), 1, "{generations:?}");
        // The winner's token is the one that all have, and another one than before.
        let next = generations.into_iter().next().unwrap();
        assert!(next > last, "{next} after {last}");
        last = next;
        ada.refresh().expect(200);
        // Seen in use: what the race started from is spent now.
        ada.get("user/").expect(200);
    }
    ada.get("user/").expect(200);
}
