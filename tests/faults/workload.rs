//! Clients that go on working whatever happens to the service.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use accounts_testkit::{Browser, Client};
use fastrand::Rng;

use crate::client::{Caller, Jar};
use crate::journal::{Answered, Journal, Record};
use crate::random_client::{Known, RandomClient};

/// How long the service repeats a spent token in these tests.
pub(crate) const GRACE: Duration = Duration::from_millis(50);
/// Tabs at work. The last two share users and cookies.
pub(crate) const CLIENTS: usize = 6;
/// Between two requests of a tab.
const PAUSE: Duration = Duration::from_millis(15);

/// What all clients know.
pub(crate) struct Target {
    pub(crate) journal: Journal,
    pub(crate) replicas: Vec<SocketAddr>,
    /// Names that several clients want to register at the same time.
    pub(crate) contest: AtomicU32,
    is_over: Mutex<bool>,
    over: Condvar,
}

impl Target {
    pub(crate) fn new(journal: Journal, replicas: Vec<SocketAddr>) -> Self {
        Self {
            journal,
            replicas,
            contest: AtomicU32::new(0),
            is_over: Mutex::new(false),
            over: Condvar::new(),
        }
    }

    /// Waits for a while, or until the clients are to stop; returns whether they are.
    pub(crate) fn pause(&self, span: Duration) -> bool {
        let going_on = |is_over: &mut bool| !*is_over;
        let waited = self
            .over
            .wait_timeout_while(self.is_over.lock().unwrap(), span, going_on);
        *waited.unwrap().0
    }

    fn stop(&self) {
        *self.is_over.lock().unwrap() = true;
        self.over.notify_all();
    }

    pub(crate) fn new_jar(&self) -> Jar {
        Arc::new(Mutex::new(Browser::new(Client::new(self.replicas[0]))))
    }
}

/// The clients at work.
pub(crate) struct Workload {
    target: Arc<Target>,
    clients: Vec<JoinHandle<Known>>,
}

impl Workload {
    pub(crate) fn start(target: &Arc<Target>, seed: u64) -> Self {
        let shared = target.new_jar();
        let clients = (0..CLIENTS).map(|number| {
            let jar = (number >= CLIENTS - 2).then(|| Arc::clone(&shared));
            let rng = Rng::with_seed(seed * 1_000 + number as u64);
            let target = Arc::clone(target);
            std::thread::spawn(move || {
                let mut client = RandomClient::new(number, Arc::clone(&target), jar, rng);
                while !target.pause(PAUSE) {
                    client.act();
                }
                client.into_known()
            })
        });
        Self {
            target: Arc::clone(target),
            clients: clients.collect(),
        }
    }

    /// Calls all clients back and tries every password that was ever asked for.
    pub(crate) fn settle(self) {
        self.target.stop();
        let mut known = Known::new();
        for client in self.clients {
            for (user, versions) in client.join().unwrap() {
                known.entry(user).or_default().extend(versions);
            }
        }
        let settled = self.target.journal.now();
        self.target.journal.note(Record::Settled(settled));
        let mut shares = vec![BTreeMap::new(); 4];
        for (number, (user, versions)) in known.into_iter().enumerate() {
            shares[number % 4].insert(user, versions);
        }
        let tries: Vec<_> = shares
            .into_iter()
            .enumerate()
            .map(|(client, share)| {
                let target = Arc::clone(&self.target);
                std::thread::spawn(move || {
                    for (user, versions) in share {
                        target.try_all(client, &user, versions.into_iter());
                    }
                })
            })
            .collect();
        for share in tries {
            share.join().unwrap();
        }
    }
}

impl Target {
    fn try_all(&self, client: usize, user: &str, versions: impl Iterator<Item = u32>) {
        for version in versions {
            let caller = Caller {
                client,
                replica: client % self.replicas.len(),
                user: user.to_owned(),
                is_shared: false,
            };
            // The queue for hashing may be full for a moment.
            for _ in 0..5 {
                let answered = self.log_in(&caller, &self.new_jar(), version);
                if matches!(&answered, Answered::Whole(whole) if whole.status != 503) {
                    break;
                }
            }
        }
    }

    pub(crate) fn next_contest(&self) -> String {
        // Two or three clients get the same number.
        let number = self.contest.fetch_add(1, Ordering::Relaxed) / 3;
        format!("contest-{number}")
    }
}
