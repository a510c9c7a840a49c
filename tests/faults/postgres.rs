//! What can happen to a Postgres server and on the way to it, under two replicas of the service.

use std::cell::Cell;
use std::time::Duration;

use accounts_testkit::{Intruder, Place, Postgres, Proxy, Skew, Wire};

use crate::checker::Rules;
use crate::tmpfs::Tmpfs;
use crate::trace::{self, Trace};
use crate::world::{World, configured};

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

/// A server, the way to it, and a world at its end.
pub(crate) struct Bench {
    server: Postgres,
    proxy: Proxy,
    pub(crate) world: World,
}

pub(crate) type Fault = (&'static str, fn(&mut Bench));

/// Every fault that leaves the bench as it was.
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

fn place(url: &str) -> Place {
    configured(crate::new_place().on_postgres_at(url))
}

impl Bench {
    pub(crate) fn new(name: &str) -> Self {
        Self::on(Postgres::start(&SETTINGS), name, |_| {})
    }

    /// `prepare` is done when the place is known and no replica has been started.
    fn on(mut server: Postgres, name: &str, prepare: impl FnOnce((&mut Postgres, &Place))) -> Self {
        let proxy = Proxy::to(server.address());
        let place = place(&server.url_through(proxy.address()));
        prepare((&mut server, &place));
        let replicas = [Vec::new(), Vec::new()];
        let name = format!("postgres-{name}");
        let world = World::start(&name, place, server.url(), &replicas);
        Self {
            server,
            proxy,
            world,
        }
    }

    pub(crate) fn check(self) {
        self.proxy.bury_the_dead();
        self.world.check(rules());
    }

    fn on_the_wire(&mut self, wire: Wire, span: Duration, trace: Trace) {
        let proxy = &mut self.proxy;
        let before = proxy.hindered();
        let (begin, end) = (
            |proxy: &mut Proxy| proxy.set(wire),
            |proxy: &mut Proxy| {
                proxy.set(Wire::Through);
            },
        );
        self.world.suffers(span, proxy, begin, end, trace);
        let now = self.world.now();
        let hindered = Trace::Counted(self.proxy.hindered() - before);
        self.world.expect_trace(hindered, now, now);
    }
}

fn immediate_stop(bench: &mut Bench) {
    let server = &mut bench.server;
    let (stop, start) = (Postgres::stop_immediately, Postgres::start_again);
    bench
        .world
        .suffers(SHORT, server, stop, start, Trace::Unavailable);
}

fn terminated_backends(bench: &mut Bench) {
    let intruder = &mut Intruder::at(&bench.server.url());
    // A pool that replaces what was cut may hide it from every client, so the server counts.
    let ended = Cell::new(0);
    let terminate = |intruder: &mut Intruder| {
        let count = intruder.count(
            "SELECT COUNT(*) FILTER (WHERE pg_terminate_backend(pid)) AS n FROM pg_stat_activity \
             WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
        );
        ended.set(ended.get() + u64::try_from(count).unwrap());
    };
    let half = Duration::from_millis(500);
    let world = &mut bench.world;
    world.suffers(half, intruder, terminate, terminate, None);
    let now = world.now();
    world.expect_trace(Trace::Counted(ended.get()), now, now);
}

fn frozen_server(bench: &mut Bench) {
    let server = &mut bench.server;
    let (freeze, thaw) = (
        |it: &mut Postgres| it.freeze(),
        |it: &mut Postgres| it.thaw(),
    );
    bench
        .world
        .suffers(LONG, server, freeze, thaw, Trace::Unavailable);
}

fn read_only_server(bench: &mut Bench) {
    let intruder = &mut Intruder::at(&bench.server.url());
    // For itself the intruder may always write.
    intruder.execute("SET default_transaction_read_only = off");
    let set = |to: &'static str| {
        move |intruder: &mut Intruder| {
            let sql = format!("ALTER SYSTEM SET default_transaction_read_only = {to}");
            intruder.execute(&sql);
            intruder.execute("SELECT pg_reload_conf()");
        }
    };
    bench
        .world
        .suffers(SHORT, intruder, set("on"), set("off"), Trace::Unavailable);
}

fn locked_tables(bench: &mut Bench) {
    let intruder = &mut Intruder::at(&bench.server.url());
    let lock = |intruder: &mut Intruder| {
        intruder.execute("BEGIN");
        intruder.execute("LOCK TABLE accounts_session, accounts_user, accounts_throttle");
    };
    let unlock = |intruder: &mut Intruder| intruder.execute("ROLLBACK");
    bench
        .world
        .suffers(SHORT, intruder, lock, unlock, Trace::Unavailable);
}

/// Others have taken all that the server has.
fn no_connection_left(bench: &mut Bench) {
    let url = format!("{}?application_name=others", bench.server.url());
    let others = &mut vec![Intruder::at(&url)];
    let take = |others: &mut Vec<Intruder>| {
        others[0].execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE backend_type = 'client backend' AND application_name <> 'others'",
        );
        while let Ok(other) = Intruder::try_at(&url) {
            others.push(other);
        }
        // That backends were terminated shows as well; that no connection is left is this fault.
        assert!(others.len() > 1, "no connection was taken");
    };
    bench
        .world
        .suffers(SHORT, others, take, Vec::clear, Trace::Unavailable);
}

fn slow_network(bench: &mut Bench) {
    // There and back again at least once.
    let latency = Duration::from_millis(60);
    bench.on_the_wire(Wire::Latency(latency), SHORT, Trace::Slow(2 * latency));
}

fn narrow_network(bench: &mut Bench) {
    // A refresh or a login moves some 600 bytes at the least.
    let slow = Trace::Slow(Duration::from_millis(100));
    bench.on_the_wire(Wire::Bandwidth(4_000), SHORT, slow);
}

fn stalled_network(bench: &mut Bench) {
    bench.on_the_wire(Wire::Stall, LONG, Trace::Unavailable);
}

fn forgotten_connections(bench: &mut Bench) {
    bench.on_the_wire(Wire::Blackhole, LONG, Trace::Unavailable);
}

fn cut_network(bench: &mut Bench) {
    bench.on_the_wire(Wire::Cut, SHORT, Trace::Unavailable);
}

fn killed_service(bench: &mut Bench) {
    bench.world.kill_replicas(3);
}

fn frozen_service(bench: &mut Bench) {
    bench.world.freeze_replicas(LONG);
}

/// Started while the database is down, with a schema that an earlier start has made.
/// Nothing was ever migrated: the tables are made when the server comes up.
pub(crate) fn down_at_first_start() {
    let server = Postgres::start(&SETTINGS);
    let mut bench = Bench::on(server, "down_at_first_start", |(server, _)| {
        server.stop_immediately();
    });
    comes_up(&mut bench);
    bench.check();
}

pub(crate) fn down_at_start() {
    let server = Postgres::start(&SETTINGS);
    let mut bench = Bench::on(server, "down_at_start", |(server, place)| {
        drop(place.serve());
        server.stop_immediately();
    });
    comes_up(&mut bench);
    bench.check();
}

fn comes_up(bench: &mut Bench) {
    // It is down already.
    let server = &mut bench.server;
    let start = Postgres::start_again;
    bench.world.began_in_trouble();
    let now = bench.world.now();
    bench.world.expect_trace(Trace::Unavailable, 0, now);
    bench
        .world
        .suffers(Duration::ZERO, server, |_| {}, start, None);
}

/// The tables are where no room is left. (A server whose journal has no room ends itself, which
/// is an immediate stop.)
pub(crate) fn full_disk() {
    let disk = Tmpfs::mount(6).expect("mounting a file system needs root");
    let server = Postgres::start(&SETTINGS);
    server.own(disk.path());
    let mut bench = Bench::on(server, "full_disk", |(server, _)| {
        let intruder = Intruder::at(&server.url());
        let location = disk.path().display();
        intruder.execute(&format!("CREATE TABLESPACE small LOCATION '{location}'"));
        intruder.execute("ALTER DATABASE postgres SET default_tablespace = small");
    });
    let disk = &mut { disk };
    bench.world.suffers(
        SHORT,
        disk,
        |it| it.fill(),
        |it| it.clear(),
        Trace::Unavailable,
    );
    bench.check();
}

/// An access token may claim to be issued 60 seconds in the future; beyond that a replica sends the
/// client to refresh first.
const AHEAD: u64 = 55;

/// The clock of one replica is almost a minute ahead.
pub(crate) fn skewed_clocks() {
    let server = Postgres::start(&SETTINGS);
    let url = server.url();
    let ahead = Skew::ahead_by(AHEAD);
    let replicas = [Vec::new(), ahead.variables()];
    let world = World::start("postgres-skewed_clocks", place(&url), url, &replicas);
    world.lasts(LONG);
    let ahead = trace::ahead(&world.records());
    let near = AHEAD - 3..=AHEAD + 3;
    assert!(near.contains(&ahead), "ahead by {ahead} s");
    world.check(Rules {
        skew: AHEAD * crate::journal::SECOND,
        ..rules()
    });
}
