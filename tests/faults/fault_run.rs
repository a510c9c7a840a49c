//! The service, its database and the clients, for one test.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use accounts_testkit::{DirectConnection, TestService};

use crate::checker::{self, Rules};
use crate::effect::Effect;
use crate::journal::{At, Fault, Hits, Journal, Record};
use crate::replica::{Replica, reuse_events};
use crate::summary;
use crate::workload::{GRACE, Target, Workload};

/// Connections of one replica.
pub(crate) const CONNECTIONS: u32 = 4;
/// Before the first fault.
const WARM_UP: Duration = Duration::from_secs(1);
/// After a fault: the time in which everything must recover, and some in which everything has.
const CALM: Duration = Duration::from_millis(6_500);

pub(crate) struct FaultRun {
    name: String,
    pub(crate) fixture: TestService,
    /// Leads to the database past everything that is broken.
    url: String,
    target: Arc<Target>,
    workload: Workload,
    replicas: Vec<Replica>,
    /// Faults that never bit.
    without_effect: Vec<String>,
}

/// The settings of all runs: everything is limited in principle and nothing in practice.
pub(crate) fn configured(fixture: TestService) -> TestService {
    let mut fixture = fixture
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
        fixture = fixture.set(&format!("ACCOUNTS_THROTTLE__{limit}"), "1000000");
    }
    fixture
}

impl FaultRun {
    /// Starts one replica for each list of variables, and the clients.
    pub(crate) fn start(
        name: &str,
        fixture: TestService,
        url: String,
        replicas: &[Vec<(String, String)>],
    ) -> Self {
        let replicas: Vec<_> = replicas
            .iter()
            .map(|variables| Replica::start(&fixture, variables.clone()))
            .collect();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("faults")
            .join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let addresses = replicas.iter().map(Replica::address).collect();
        let target = Arc::new(Target::new(Journal::begin(&folder), addresses));
        let workload = Workload::start(&target, 1);
        let run = Self {
            name: name.to_owned(),
            fixture,
            url,
            target,
            workload,
            replicas,
            without_effect: Vec::new(),
        };
        run.work_for(WARM_UP);
        run
    }

    /// Lets the clients work.
    pub(crate) fn work_for(&self, span: Duration) {
        self.target.pause(span);
    }

    pub(crate) fn now(&self) -> At {
        self.target.journal.now()
    }

    /// A fault of the store: from `begin` to `end`, and a calm after it. `trace` is what clients
    /// see of it.
    pub(crate) fn inject<T>(
        &mut self,
        span: Duration,
        broken: &mut T,
        begin: impl FnOnce(&mut T),
        end: impl FnOnce(&mut T),
        effect: impl Into<Option<Effect>>,
    ) {
        let start = self.now();
        begin(broken);
        self.work_for(span);
        // What was held up by it is over a moment after it.
        let last = self.now();
        end(broken);
        self.note_fault(start, Hits::Store);
        self.work_for(CALM);
        if let Some(effect) = effect.into() {
            self.expect_effect(effect, start, last);
        }
    }

    /// The fault that lasted from `start` to `end` is to have left this trace.
    pub(crate) fn expect_effect(&mut self, effect: Effect, start: At, end: At) {
        let missing = effect.missing(&self.target.journal.records(), start, end);
        self.without_effect.extend(missing);
    }

    /// The journal so far.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.target.journal.records()
    }

    /// Records a fault that was there before the clients started.
    pub(crate) fn began_with_fault(&self) {
        self.note_fault(0, Hits::Store);
    }

    /// Writes down that what began then is over now.
    pub(crate) fn note_fault(&self, start: At, hits: Hits) {
        self.target.journal.note(Record::Fault(Fault {
            name: self.name.clone(),
            start,
            end: self.now(),
            hits,
        }));
    }

    /// Kills every replica in turn, while the clients work, and starts it again.
    pub(crate) fn kill_replicas(&mut self, times: usize) {
        let start = self.now();
        for _ in 0..times {
            for number in 0..self.replicas.len() {
                self.work_for(Duration::from_millis(700));
                let (killed, pid) = (self.now(), self.replicas[number].pid());
                self.replicas[number].kill();
                self.replicas[number].start_again(&self.fixture);
                assert_ne!(self.replicas[number].pid(), pid);
                let again = self.now();
                self.expect_effect(Effect::Unanswered, killed, again);
            }
        }
        self.note_fault(start, Hits::Kills);
        self.work_for(CALM);
    }

    /// Stops every replica in its tracks for a while.
    pub(crate) fn freeze_replicas(&mut self, span: Duration) {
        let start = self.now();
        self.signal_replicas("STOP");
        self.work_for(span);
        let thawed = self.now();
        self.signal_replicas("CONT");
        self.note_fault(start, Hits::Freezes);
        self.work_for(CALM);
        let waited = Effect::Waited(span.mul_f64(0.9));
        self.expect_effect(waited, start, thawed);
    }

    fn signal_replicas(&self, signal: &str) {
        for replica in &self.replicas {
            replica.service.as_ref().unwrap().signal(signal);
        }
    }

    /// Stops the clients, reads what they left in the database, and checks everything against the
    /// invariants.
    pub(crate) fn check(self, rules: Rules) {
        let (target, name) = (self.target, self.name);
        let mut wrong = self.without_effect;
        self.workload.settle();
        let database = DirectConnection::at(&self.url);
        let count = |sql: &str| u64::try_from(database.count(sql)).unwrap();
        let failures =
            count("SELECT CAST(COALESCE(SUM(failures), 0) AS BIGINT) AS n FROM accounts_throttle");
        target.journal.note(Record::Failures(failures));
        let twins = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM accounts_user \
            GROUP BY LOWER(username) HAVING COUNT(*) > 1) AS twins";
        target.journal.note(Record::Twins(count(twins)));
        for replica in self.replicas {
            wrong.extend(replica.leaks(&target));
            for user_id in reuse_events(&replica.log_at_the_end()) {
                target.journal.note(Record::ReuseReported(user_id));
            }
        }
        let records = target.journal.records();
        wrong.extend(checker::violations(&records, rules));
        summary::print(&name, &records, wrong.len());
        let journal = target.journal.path();
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
