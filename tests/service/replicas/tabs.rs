//! Careless tabs: each goes by the recipe for axios on its own, and takes no turns with others.
//! A tab that wakes up asks, is refused for want of an access token, refreshes with what the
//! shared jar holds at that moment, and asks again. What an answer sets is in the jar when it
//! arrives, in whatever order answers arrive.

use std::ops::Range;
use std::sync::Mutex;
use std::time::Duration;

use accounts_testkit::{
    Backend, Browser, Case, Client, Request, RunningService, cases_on, test_service,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fastrand::Rng;
use serde_json::Value;

pub(crate) fn cases(stores: [Backend; 3]) -> Vec<Case> {
    cases_on![careless_tabs_stay_signed_in on stores]
}

/// Sessions of each kind, and how often each is woken up.
const SESSIONS: u64 = 15;
const WAKE_UPS: u64 = 2;
/// The default of `session.reuse_grace`, and a moment.
const PAUSE: Duration = Duration::from_millis(10_500);
/// From one session's waking up to the next one's: the service serves tabs, it is not measured.
const STAGGER: Duration = Duration::from_millis(250);

/// Tabs that wake up within `spread`, over a network with this latency one way, in milliseconds.
struct Kind {
    tabs: usize,
    spread: u64,
    latency: Range<u64>,
}

const KINDS: [Kind; 5] = [
    Kind::of(2, 300, 20..150),
    Kind::of(3, 300, 20..150),
    Kind::of(5, 300, 20..150),
    Kind::of(5, 500, 20..400),
    Kind::of(8, 300, 20..150),
];

impl Kind {
    const fn of(tabs: usize, spread: u64, latency: Range<u64>) -> Self {
        Self {
            tabs,
            spread,
            latency,
        }
    }
}

/// What came of the wake-ups of a session.
#[derive(Default)]
struct Seen {
    refreshes: usize,
    rotations: i64,
    /// What a tab was answered that sent it to the login page.
    ended: Vec<String>,
}

/// One session's tabs and their jar.
struct Tabs<'a> {
    kind: &'a Kind,
    replicas: &'a [Client],
    jar: Mutex<Browser>,
    seen: Mutex<Seen>,
}

impl Tabs<'_> {
    /// Sends what `make` makes of the jar as it is now; the answer's cookies are in the jar when
    /// it has arrived.
    fn exchange(&self, rng: &mut Rng, make: impl Fn(&Browser) -> Request) -> (u16, String) {
        let mut browser = self.jar.lock().unwrap().clone();
        browser.move_to(self.replicas[rng.usize(..self.replicas.len())]);
        let request = make(&browser);
        std::thread::sleep(Duration::from_millis(rng.u64(self.kind.latency.clone())));
        let mut answer = request.clone().send();
        // A machine that is busy elsewhere: a client waits and sends it again.
        for _ in 0..10 {
            if answer.status != 503 {
                break;
            }
            std::thread::sleep(Duration::from_secs(1));
            answer = request.clone().send();
        }
        std::thread::sleep(Duration::from_millis(rng.u64(self.kind.latency.clone())));
        self.jar.lock().unwrap().take(&answer);
        (answer.status, format!("{answer:?}"))
    }

    fn wake_tab(&self, mut rng: Rng) {
        std::thread::sleep(Duration::from_millis(rng.u64(..=self.kind.spread)));
        let ask = |browser: &Browser| browser.request("GET", "user/");
        if self.exchange(&mut rng, ask).0 == 200 {
            return;
        }
        let refresh = |browser: &Browser| browser.unsafe_request("POST", "auth/refresh_token/");
        let refreshed = self.exchange(&mut rng, refresh);
        self.seen.lock().unwrap().refreshes += 1;
        for (status, answer) in [refreshed, self.exchange(&mut rng, ask)] {
            if status != 200 {
                self.seen.lock().unwrap().ended.push(answer);
                return;
            }
        }
    }

    /// All of them, once.
    fn wake_up(&self, number: u64) {
        self.jar.lock().unwrap().forget("access_token");
        let before = generation(&self.jar.lock().unwrap());
        std::thread::scope(|scope| {
            for tab in 0..self.kind.tabs {
                let rng = Rng::with_seed(number * 100 + tab as u64);
                scope.spawn(move || self.wake_tab(rng));
            }
        });
        let mut seen = self.seen.lock().unwrap();
        if seen.ended.is_empty() {
            seen.rotations += generation(&self.jar.lock().unwrap()) - before;
        }
    }
}

/// Which of its session's refresh tokens is in the jar.
fn generation(browser: &Browser) -> i64 {
    let token = browser.cookie("refresh_token").unwrap();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap());
    let claims: Value = serde_json::from_slice(&claims.unwrap()).unwrap();
    claims["gen"].as_i64().unwrap()
}

/// The first wake-up finds the login's token, the next ones a token of a wake-up before.
fn run_session(kind: &Kind, replicas: &[Client], name: &str, seed: u64) -> Seen {
    let mut browser = Browser::new(replicas[0]);
    browser.register_with_retries(name).expect(201);
    let tabs = Tabs {
        kind,
        replicas,
        jar: Mutex::new(browser),
        seen: Mutex::default(),
    };
    for wake_up in 0..WAKE_UPS {
        if wake_up > 0 {
            std::thread::sleep(PAUSE);
        }
        tabs.wake_up(seed * WAKE_UPS + wake_up);
        if !tabs.seen.lock().unwrap().ended.is_empty() {
            break;
        }
    }
    tabs.seen.into_inner().unwrap()
}

/// Careless tabs end no session.
pub(crate) fn careless_tabs_stay_signed_in(backend: Backend) {
    let fixture = test_service!()
        .on(backend)
        .cheap_hashing()
        .set("ACCOUNTS_PASSWORD__QUEUE", "1000")
        .set("ACCOUNTS_THROTTLE__ENABLED", "false");
    let replicas = if backend == Backend::Postgres { 2 } else { 1 };
    let services: Vec<RunningService> = (0..replicas).map(|_| fixture.serve()).collect();
    let clients: Vec<Client> = services.iter().map(RunningService::client).collect();
    let mut failed = Vec::new();
    std::thread::scope(|scope| {
        let clients = &clients;
        let run = |number: usize, kind: &'static Kind| {
            let sessions = (0..SESSIONS).map(move |session| {
                scope.spawn(move || {
                    std::thread::sleep(STAGGER * u32::try_from(session).unwrap());
                    let name = format!("ada-{number}-{session}");
                    run_session(kind, clients, &name, number as u64 * SESSIONS + session)
                })
            });
            (kind, sessions.collect::<Vec<_>>())
        };
        let kinds: Vec<_> = (0..)
            .zip(&KINDS)
            .map(|(number, kind)| run(number, kind))
            .collect();
        for (kind, sessions) in kinds {
            let seen = sessions.into_iter().map(|session| session.join().unwrap());
            let seen: Vec<_> = seen.collect();
            let ended = seen.iter().filter(|seen| !seen.ended.is_empty()).count();
            let refreshes: usize = seen.iter().map(|seen| seen.refreshes).sum();
            let rotations: i64 = seen.iter().map(|seen| seen.rotations).sum();
            println!(
                "{backend}, {} tabs within {} ms, {:?} ms one way: {SESSIONS} sessions, \
                 {WAKE_UPS} wake-ups each, {refreshes} refreshes, {rotations} rotations, \
                 {ended} sessions ended",
                kind.tabs, kind.spread, kind.latency
            );
            failed.extend(seen.into_iter().flat_map(|seen| seen.ended));
            // A burst is one rotation, however many tabs there are.
            if ended == 0 && rotations != i64::try_from(SESSIONS * WAKE_UPS).unwrap() {
                failed.push(format!("{rotations} rotations"));
            }
        }
    });
    assert!(failed.is_empty(), "{failed:#?}");
}
