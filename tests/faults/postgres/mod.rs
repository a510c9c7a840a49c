//! What can happen to a Postgres server and on the way to it, under two replicas of the service.

mod environment;
mod network;

use std::cell::Cell;
use std::time::Duration;

use accounts_testkit::{DirectConnection, Postgres, Proxy, TestService, Wire};

use crate::checker::Rules;
use crate::effect::Effect;
use crate::fault_run::{FaultRun, configured};

pub(crate) use environment::{down_at_first_start, down_at_start, full_disk, skewed_clocks};
use network::{cut_network, forgotten_connections, narrow_network, slow_network, stalled_network};

/// Fewer than two replicas would like to have if they lost track of their own.
const SETTINGS: [&str; 2] = ["max_connections=32", "log_min_messages=log"];

/// With the cache that Postgres has by default: within a second every replica knows.
fn rules() -> Rules {
    Rules {
        lag: crate::journal::SECOND,
        ..Rules::default()
    }
}

/// Longer than any store call may take.
const LONG: Duration = Duration::from_secs(7);
const SHORT: Duration = Duration::from_secs(3);

/// A server, the proxy in front of it, and the service that uses it.
pub(crate) struct Setup {
    server: Postgres,
    proxy: Proxy,
    pub(crate) run: FaultRun,
}

pub(crate) type Fault = (&'static str, fn(&mut Setup));

/// Every fault that leaves the setup as it was.
pub(crate) const FAULTS: [Fault; 13] = [
    ("immediate_stop", immediate_stop),
    ("terminated_backends", terminated_backends),
    ("frozen_server", frozen_server),
    ("read_only_server", read_only_server),
    ("locked_tables", locked_tables),
    ("no_connection_left", no_connection_left),
    ("slow_network", slow_network),
    ("narrow_network", narrow_network),
    ("stalled_network", stalled_network),
    ("forgotten_connections", forgotten_connections),
    ("cut_network", cut_network),
    ("killed_service", killed_service),
    ("frozen_service", frozen_service),
];

fn test_service(url: &str) -> TestService {
    configured(crate::new_service().on_postgres_at(url))
}

impl Setup {
    pub(crate) fn new(name: &str) -> Self {
        Self::on(Postgres::start(&SETTINGS), name, |_| {})
    }

    /// `prepare` is done before any replica is started.
    fn on(
        mut server: Postgres,
        name: &str,
        prepare: impl FnOnce((&mut Postgres, &TestService)),
    ) -> Self {
        let proxy = Proxy::to(server.address());
        let fixture = test_service(&server.url_through(proxy.address()));
        prepare((&mut server, &fixture));
        let replicas = [Vec::new(), Vec::new()];
        let name = format!("postgres-{name}");
        let run = FaultRun::start(&name, fixture, server.url(), &replicas);
        Self { server, proxy, run }
    }

    pub(crate) fn check(self) {
        self.proxy.close_dead_connections();
        self.run.check(rules());
    }

    fn on_the_wire(&mut self, wire: Wire, span: Duration, effect: Effect) {
        let proxy = &mut self.proxy;
        let before = proxy.hindered();
        let (begin, end) = (
            |proxy: &mut Proxy| proxy.set(wire),
            |proxy: &mut Proxy| {
                proxy.set(Wire::Through);
            },
        );
        self.run.inject(span, proxy, begin, end, effect);
        let now = self.run.now();
        let hindered = Effect::Counted(self.proxy.hindered() - before);
        self.run.expect_effect(hindered, now, now);
    }
}

fn immediate_stop(setup: &mut Setup) {
    let server = &mut setup.server;
    let (stop, start) = (Postgres::stop_immediately, Postgres::start_again);
    setup
        .run
        .inject(SHORT, server, stop, start, Effect::Unavailable);
}

fn terminated_backends(setup: &mut Setup) {
    let direct = &mut DirectConnection::at(&setup.server.url());
    // A pool that replaces what was cut may hide it from every client, so the server counts.
    let ended = Cell::new(0);
    let terminate = |direct: &mut DirectConnection| {
        let count = direct.count(
            "SELECT COUNT(*) FILTER (WHERE pg_terminate_backend(pid)) AS n FROM pg_stat_activity \
             WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
        );
        ended.set(ended.get() + u64::try_from(count).unwrap());
    };
    let half = Duration::from_millis(500);
    let run = &mut setup.run;
    run.inject(half, direct, terminate, terminate, None);
    let now = run.now();
    run.expect_effect(Effect::Counted(ended.get()), now, now);
}

fn frozen_server(setup: &mut Setup) {
    let server = &mut setup.server;
    let (freeze, thaw) = (
        |it: &mut Postgres| it.freeze(),
        |it: &mut Postgres| it.thaw(),
    );
    setup
        .run
        .inject(LONG, server, freeze, thaw, Effect::Unavailable);
}

fn read_only_server(setup: &mut Setup) {
    let direct = &mut DirectConnection::at(&setup.server.url());
    // For itself the intruder may always write.
    direct.execute("SET default_transaction_read_only = off");
    let set = |to: &'static str| {
        move |direct: &mut DirectConnection| {
            let sql = format!("ALTER SYSTEM SET default_transaction_read_only = {to}");
            direct.execute(&sql);
            direct.execute("SELECT pg_reload_conf()");
        }
    };
    setup
        .run
        .inject(SHORT, direct, set("on"), set("off"), Effect::Unavailable);
}

fn locked_tables(setup: &mut Setup) {
    let direct = &mut DirectConnection::at(&setup.server.url());
    let lock = |direct: &mut DirectConnection| {
        direct.execute("BEGIN");
        direct.execute("LOCK TABLE accounts_session, accounts_user, accounts_throttle");
    };
    let unlock = |direct: &mut DirectConnection| direct.execute("ROLLBACK");
    setup
        .run
        .inject(SHORT, direct, lock, unlock, Effect::Unavailable);
}

/// Others have taken all that the server has.
fn no_connection_left(setup: &mut Setup) {
    let url = format!("{}?application_name=others", setup.server.url());
    let others = &mut vec![DirectConnection::at(&url)];
    let take = |others: &mut Vec<DirectConnection>| {
        others[0].execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE backend_type = 'client backend' AND application_name <> 'others'",
        );
        while let Ok(other) = DirectConnection::try_at(&url) {
            others.push(other);
        }
        // That backends were terminated shows as well; that no connection is left is this fault.
        assert!(others.len() > 1, "no connection was taken");
    };
    setup
        .run
        .inject(SHORT, others, take, Vec::clear, Effect::Unavailable);
}

fn killed_service(setup: &mut Setup) {
    setup.run.kill_replicas(3);
}

fn frozen_service(setup: &mut Setup) {
    setup.run.freeze_replicas(LONG);
}
