//! Changes of the service, one replica after the other: both serve the same sessions meanwhile.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use accounts_testkit::{
    Backend, Case, ClockSkew, Preload, RunningService, TestService, cases_on, test_service,
};

use super::older_version;
use super::workload::Workload;

/// Two of them are long, and with a clock that only a C compiler can turn. That of an upgrade is there where a
/// binary to upgrade from is given.
pub(crate) fn cases(databases: [Backend; 2]) -> Vec<Case> {
    let cases = cases_on![other_lifetimes_end_no_session on databases];
    let mut under_load = cases_on![changes_under_load_end_no_session on databases];
    if previous().is_some() {
        under_load.extend(cases_on![an_upgrade_under_load_ends_no_session on databases]);
    }
    let needs = |case: Case| case.needs("a C compiler", Preload::is_possible());
    cases
        .into_iter()
        .chain(under_load.into_iter().map(needs))
        .collect()
}

fn serve(fixture: &TestService, access: &str, idle: &str, absolute: &str) -> RunningService {
    fixture.serve_on_with(0, &lifetimes(access, idle, absolute))
}

fn lifetimes(access: &str, idle: &str, absolute: &str) -> Vec<(String, String)> {
    let settings = [
        ("ACCOUNTS_TOKEN__ACCESS_LIFETIME", access),
        ("ACCOUNTS_SESSION__IDLE", idle),
        ("ACCOUNTS_SESSION__ABSOLUTE", absolute),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    settings.into()
}

/// Tokens of the one settings are good under the other, both ways.
pub(crate) fn other_lifetimes_end_no_session(backend: Backend) {
    let fixture = test_service!()
        .on(backend)
        .cheap_hashing()
        .set("ACCOUNTS_SESSION__REUSE_GRACE", "0s")
        .set("ACCOUNTS_THROTTLE__ENABLED", "false");
    let long = serve(&fixture, "60m", "60d", "90d");
    let short = serve(&fixture, "5m", "1d", "2d");
    for (number, (from, to)) in [(&long, &short), (&short, &long)].into_iter().enumerate() {
        let mut ada = from.browser();
        ada.register(&format!("ada{number}")).expect(201);
        for replica in [to, from, to, from] {
            ada.move_to(replica.client());
            ada.get("user/").expect(200);
            ada.forget("access_token");
            ada.refresh().expect(200);
        }
        ada.log_out().expect(200);
    }
}

/// A clock that is put right was wrong by this much.
const AHEAD: u64 = 2 * 24 * 60 * 60;
/// Under each change the workload goes on for this long.
const WHILE: Duration = Duration::from_secs(1);

/// All kinds of changes, one after the other, while front ends are at work.
pub(crate) fn changes_under_load_end_no_session(backend: Backend) {
    let mut fleet = Fleet::of(backend, None);
    let workload = fleet.workload();
    fleet.change_lifetimes();
    fleet.promote_a_key();
    fleet.put_a_clock_right();
    fleet.send("changes", workload);
}

/// From an earlier version, whose binary is `ACCOUNTS_PREVIOUS_BINARY`, and then the same.
pub(crate) fn an_upgrade_under_load_ends_no_session(backend: Backend) {
    let mut fleet = Fleet::of(backend, Some(previous().unwrap()));
    let workload = fleet.workload();
    fleet.upgrade();
    fleet.change_lifetimes();
    fleet.promote_a_key();
    fleet.put_a_clock_right();
    fleet.send("upgrade", workload);
}

/// The binary of an earlier version, where one is given.
pub(crate) fn previous() -> Option<PathBuf> {
    std::env::var_os("ACCOUNTS_PREVIOUS_BINARY").map(PathBuf::from)
}

/// Two replicas on Postgres, one on SQLite: a file has one process.
struct Fleet {
    backend: Backend,
    fixture: TestService,
    replicas: Vec<Replica>,
}

struct Replica {
    service: Option<RunningService>,
    address: SocketAddr,
    variables: Vec<(String, String)>,
    /// Not the one under test.
    binary: Option<PathBuf>,
}

impl Fleet {
    fn of(backend: Backend, binary: Option<PathBuf>) -> Self {
        let fixture = test_service!()
            .on(backend)
            .cheap_hashing()
            .set("ACCOUNTS_THROTTLE__ENABLED", "false")
            .set("ACCOUNTS_KEYS__FILE", "ring");
        let key = fixture.run(&["key", "generate"]).expect(0).stdout.clone();
        fixture.write("ring", &key);
        let count = if backend == Backend::Postgres { 2 } else { 1 };
        let replicas = (0..count).map(|_| Replica::start(&fixture, binary.as_deref()));
        Self {
            replicas: replicas.collect(),
            backend,
            fixture,
        }
    }

    fn workload(&self) -> Workload {
        let addresses: Vec<_> = self
            .replicas
            .iter()
            .map(|replica| replica.address)
            .collect();
        let workload = Workload::start(&addresses);
        works();
        workload
    }

    fn send(&self, what: &str, workload: Workload) {
        works();
        println!(
            "{}: {what} under load: {:?}",
            self.backend,
            workload.finish()
        );
    }

    /// Each replica starts again with something else.
    fn restart(&mut self, change: impl Fn(&mut Replica)) {
        for replica in &mut self.replicas {
            replica.stop();
            change(replica);
            replica.start_again(&self.fixture);
            works();
        }
    }

    /// Longer, and then shorter than what is out.
    fn change_lifetimes(&mut self) {
        for (access, idle) in [("60m", "60d"), ("5m", "3d")] {
            self.restart(|replica| replica.variables = lifetimes(access, idle, "90d"));
        }
        self.restart(|replica| replica.variables.clear());
    }

    fn promote_a_key(&mut self) {
        for command in [&["key", "rotate", "--stage"][..], &["key", "promote"]] {
            self.fixture.run(command).expect(0);
            for replica in &mut self.replicas {
                replica.reload();
                works();
            }
        }
    }

    /// The last replica had a clock that is ahead.
    fn put_a_clock_right(&mut self) {
        let ahead = ClockSkew::ahead_by(AHEAD);
        let last = self.replicas.last_mut().unwrap();
        for variables in [ahead.variables(), Vec::new()] {
            last.stop();
            last.variables = variables;
            last.start_again(&self.fixture);
            works();
        }
    }

    /// The schema while the old ones serve, and then one after the other.
    fn upgrade(&mut self) {
        if let [first, second] = &mut self.replicas[..] {
            self.fixture.run(&["migrate", "up"]).expect(0);
            works();
            first.stop();
            first.binary = None;
            first.start_again(&self.fixture);
            let (new, old) = (first.service.as_ref(), second.service.as_ref());
            older_version::expect_compatible(&self.fixture, new.unwrap(), old.unwrap());
        }
        self.restart(|replica| replica.binary = None);
    }
}

/// Lets the workload go on.
fn works() {
    std::thread::park_timeout(WHILE);
}

impl Replica {
    fn start(fixture: &TestService, binary: Option<&Path>) -> Self {
        let service = fixture.serve_as(binary, 0, &[]);
        Self {
            address: service.address(),
            service: Some(service),
            variables: Vec::new(),
            binary: binary.map(Path::to_owned),
        }
    }

    fn stop(&mut self) {
        let (code, log) = self.service.take().unwrap().stop();
        assert_eq!(code, Some(0), "{log}");
    }

    fn start_again(&mut self, fixture: &TestService) {
        let (port, binary) = (self.address.port(), self.binary.as_deref());
        self.service = Some(fixture.serve_as(binary, port, &self.variables));
    }

    fn reload(&mut self) {
        let service = self.service.as_mut().unwrap();
        service.take_log();
        service.signal("HUP");
        service.wait_for("keys_reloaded");
    }
}
