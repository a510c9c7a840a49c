//! The service, its database and the fleet, for one trial.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use accounts_testkit::{Intruder, Place, Service};
use serde_json::Value;

use crate::checker::{self, Rules};
use crate::fleet::{Fleet, GRACE, Site};
use crate::journal::{At, Exchange, Fault, Hits, Journal, Record, SECOND};
use crate::resources::Resources;
use crate::trace::Trace;

/// Connections of one replica.
pub(crate) const CONNECTIONS: u32 = 4;
/// Before the first fault.
const WARM_UP: Duration = Duration::from_secs(1);
/// After a fault: the time in which everything must recover, and some in which everything has.
const CALM: Duration = Duration::from_millis(6_500);

pub(crate) struct World {
    name: String,
    pub(crate) place: Place,
    /// Leads to the database past everything that is broken.
    url: String,
    site: Arc<Site>,
    fleet: Fleet,
    replicas: Vec<Replica>,
    /// Faults that never bit.
    without_trace: Vec<String>,
}

/// A process that is started again on its port.
struct Replica {
    service: Option<Service>,
    variables: Vec<(String, String)>,
    port: u16,
    at_first: Resources,
    /// What its former lives said.
    log: String,
}

/// The settings of all trials: everything is limited in principle and nothing in practice.
pub(crate) fn configured(place: Place) -> Place {
    let mut place = place
        .cheap_hashing()
        .set("ROCKET_WORKERS", "2")
        .set("ACCOUNTS_LOG__FORMAT", "json")
        .set("ACCOUNTS_PASSWORD__QUEUE", "64")
        .set("ACCOUNTS_SESSION__CAP", "1000")
        .set(
            "ACCOUNTS_SESSION__REUSE_GRACE",
            &format!("{}ms", GRACE.as_millis()),
        )
        .set(
            "ACCOUNTS_DATABASE__MAX_CONNECTIONS",
            &CONNECTIONS.to_string(),
        )
        .set("ACCOUNTS_THROTTLE__ACCOUNT_FAILURES", "100");
    for limit in [
        "LOGIN_PER_MINUTE",
        "FAILED_LOGIN_PER_MINUTE",
        "FAILED_LOGIN_TO_NAME_PER_5_MINUTES",
        "REGISTER_PER_HOUR",
        "REFRESH_PER_5_MINUTES",
        "REFRESH_OF_SESSION_PER_MINUTE",
        "PASSWORD_PROOF_PER_MINUTE",
    ] {
        place = place.set(&format!("ACCOUNTS_THROTTLE__{limit}"), "1000000");
    }
    place
}

impl World {
    /// Starts one replica for each list of variables, and the fleet.
    pub(crate) fn start(
        name: &str,
        place: Place,
        url: String,
        replicas: &[Vec<(String, String)>],
    ) -> Self {
        let replicas: Vec<_> = replicas
            .iter()
            .map(|variables| Replica::start(&place, variables.clone()))
            .collect();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("faults")
            .join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let addresses = replicas.iter().map(Replica::address).collect();
        let site = Arc::new(Site::new(Journal::begin(&folder), addresses));
        let fleet = Fleet::set_out(&site, 1);
        let world = Self {
            name: name.to_owned(),
            place,
            url,
            site,
            fleet,
            replicas,
            without_trace: Vec::new(),
        };
        world.lasts(WARM_UP);
        world
    }

    /// Lets the fleet work.
    pub(crate) fn lasts(&self, span: Duration) {
        self.site.pause(span);
    }

    pub(crate) fn now(&self) -> At {
        self.site.journal.now()
    }

    /// A fault of the store: from `begin` to `end`, and a calm after it. `trace` is what clients
    /// see of it.
    pub(crate) fn suffers<T>(
        &mut self,
        span: Duration,
        broken: &mut T,
        begin: impl FnOnce(&mut T),
        end: impl FnOnce(&mut T),
        trace: impl Into<Option<Trace>>,
    ) {
        let start = self.now();
        begin(broken);
        self.lasts(span);
        // What was held up by it is over a moment after it.
        let last = self.now();
        end(broken);
        self.note_fault(start, Hits::Store);
        self.lasts(CALM);
        if let Some(trace) = trace.into() {
            self.expect_trace(trace, start, last);
        }
    }

    /// The fault that lasted from `start` to `end` is to have left this trace.
    pub(crate) fn expect_trace(&mut self, trace: Trace, start: At, end: At) {
        let missing = trace.missing(&self.site.journal.records(), start, end);
        self.without_trace.extend(missing);
    }

    /// The journal so far.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.site.journal.records()
    }

    /// What was there before the fleet set out is a fault that has lasted since then.
    pub(crate) fn began_in_trouble(&self) {
        self.note_fault(0, Hits::Store);
    }

    /// Writes down that what began then is over now.
    pub(crate) fn note_fault(&self, start: At, hits: Hits) {
        self.site.journal.note(Record::Fault(Fault {
            name: self.name.clone(),
            start,
            end: self.now(),
            hits,
        }));
    }

    /// Kills every replica in turn, while the fleet works, and starts it again.
    pub(crate) fn kill_replicas(&mut self, times: usize) {
        let start = self.now();
        for _ in 0..times {
            for number in 0..self.replicas.len() {
                self.lasts(Duration::from_millis(700));
                let (killed, pid) = (self.now(), self.replicas[number].pid());
                self.replicas[number].kill();
                self.replicas[number].start_again(&self.place);
                assert_ne!(self.replicas[number].pid(), pid);
                let again = self.now();
                self.expect_trace(Trace::Unanswered, killed, again);
            }
        }
        self.note_fault(start, Hits::Kills);
        self.lasts(CALM);
    }

    /// Stops every replica in its tracks for a while.
    pub(crate) fn freeze_replicas(&mut self, span: Duration) {
        let start = self.now();
        self.signal_replicas("STOP");
        self.lasts(span);
        let thawed = self.now();
        self.signal_replicas("CONT");
        self.note_fault(start, Hits::Freezes);
        self.lasts(CALM);
        let waited = Trace::Waited(span.mul_f64(0.9));
        self.expect_trace(waited, start, thawed);
    }

    fn signal_replicas(&self, signal: &str) {
        for replica in &self.replicas {
            replica.service.as_ref().unwrap().signal(signal);
        }
    }

    /// Calls the fleet back, looks at what it left behind, and holds everything against the
    /// invariants.
    pub(crate) fn check(self, rules: Rules) {
        let (site, name) = (self.site, self.name);
        let mut wrong = self.without_trace;
        self.fleet.settle();
        let database = Intruder::at(&self.url);
        let count = |sql: &str| u64::try_from(database.count(sql)).unwrap();
        let failures =
            count("SELECT CAST(COALESCE(SUM(failures), 0) AS BIGINT) AS n FROM accounts_throttle");
        site.journal.note(Record::Failures(failures));
        let twins = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM accounts_user \
            GROUP BY LOWER(username) HAVING COUNT(*) > 1) AS twins";
        site.journal.note(Record::Twins(count(twins)));
        for replica in self.replicas {
            wrong.extend(replica.leaks(&site));
            for user_id in reuse_events(&replica.log_at_the_end()) {
                site.journal.note(Record::ReuseReported(user_id));
            }
        }
        let records = site.journal.records();
        wrong.extend(checker::violations(&records, rules));
        tell(&name, &records, wrong.len());
        let journal = site.journal.path();
        assert!(
            wrong.is_empty(),
            "{} violations, the first of them:\n{}\nthe journal is {}",
            wrong.len(),
            wrong[..wrong.len().min(12)].join("\n"),
            journal.display()
        );
        std::fs::remove_file(journal).unwrap();
    }
}

/// One line of numbers, which the long form is run for.
fn tell(name: &str, records: &[Record], violations: usize) {
    let exchanges: Vec<&Exchange> = records
        .iter()
        .filter_map(|record| match record {
            Record::Exchange(exchange) => Some(exchange),
            _ => None,
        })
        .collect();
    let with = |status| {
        let with = exchanges.iter().filter(|it| it.status() == status);
        with.count()
    };
    let faults = records.iter().filter(|it| matches!(it, Record::Fault(_)));
    let events = records
        .iter()
        .filter(|it| matches!(it, Record::ReuseReported(_)));
    let longest = exchanges.iter().map(|it| it.end - it.start).max();
    let recovery = checker::slowest_recovery(records);
    println!(
        "{name}: {} requests, {} of them 503, {} without an answer, {} faults, {} reuses found, \
         longest answer {} ms, slowest recovery {} ms, {violations} violations",
        exchanges.len(),
        with(Some(503)),
        with(None),
        faults.count(),
        events.count(),
        longest.unwrap_or_default() * 1_000 / SECOND,
        recovery * 1_000 / SECOND,
    );
}

fn reuse_events(log: &str) -> Vec<String> {
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let reuse = lines.filter(|line| line["event"] == "refresh_token_reuse");
    reuse
        .map(|line| line["user_id"].as_str().unwrap().to_owned())
        .collect()
}

impl Replica {
    fn start(place: &Place, variables: Vec<(String, String)>) -> Self {
        let service = place.serve_on_with(0, &variables);
        Self {
            port: service.address().port(),
            at_first: Resources::of(service.pid()),
            service: Some(service),
            variables,
            log: String::new(),
        }
    }

    fn address(&self) -> std::net::SocketAddr {
        self.service.as_ref().unwrap().address()
    }

    fn pid(&self) -> u32 {
        self.service.as_ref().unwrap().pid()
    }

    fn kill(&mut self) {
        self.log += &self.service.take().unwrap().kill();
    }

    fn start_again(&mut self, place: &Place) {
        self.service = Some(place.serve_on_with(self.port, &self.variables));
    }

    /// I9: file descriptors and threads are back where they were, but for what the pool keeps.
    fn leaks(&self, site: &Site) -> Option<String> {
        let pid = self.service.as_ref().unwrap().pid();
        let mut now = Resources::of(pid);
        // Threads for blocking work end after ten seconds without any.
        for _ in 0..150 {
            if now.fit_after(&self.at_first) {
                return None;
            }
            std::thread::park_timeout(Duration::from_millis(100));
            now = Resources::of(pid);
        }
        let known = site.journal.now();
        Some(format!("I9 {now:?} after {:?} at {known}", self.at_first))
    }

    /// Stops it in good order.
    fn log_at_the_end(mut self) -> String {
        let (code, log) = self.service.take().unwrap().stop();
        assert_eq!(code, Some(0), "{log}");
        self.log + &log
    }
}
