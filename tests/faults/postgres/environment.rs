//! What can be wrong before a run begins: the server, its disk, a clock.

use std::time::Duration;

use accounts_testkit::{ClockSkew, DirectConnection, Postgres};

use super::{LONG, SETTINGS, SHORT, Setup, rules, test_service};
use crate::checker::Rules;
use crate::effect::{self, Effect};
use crate::fault_run::FaultRun;
use crate::tmpfs::Tmpfs;

/// Started while the database is down, with a schema that an earlier start has made.
/// Nothing was ever migrated: the tables are made when the server comes up.
pub(crate) fn down_at_first_start() {
    let server = Postgres::start(&SETTINGS);
    let mut setup = Setup::on(server, "down_at_first_start", |(server, _)| {
        server.stop_immediately();
    });
    comes_up(&mut setup);
    setup.check();
}

pub(crate) fn down_at_start() {
    let server = Postgres::start(&SETTINGS);
    let mut setup = Setup::on(server, "down_at_start", |(server, fixture)| {
        drop(fixture.serve());
        server.stop_immediately();
    });
    comes_up(&mut setup);
    setup.check();
}

fn comes_up(setup: &mut Setup) {
    // It is down already.
    let server = &mut setup.server;
    let start = Postgres::start_again;
    setup.run.began_with_fault();
    let now = setup.run.now();
    setup.run.expect_effect(Effect::Unavailable, 0, now);
    setup
        .run
        .inject(Duration::ZERO, server, |_| {}, start, None);
}

/// The tables are where no room is left. (A server whose journal has no room ends itself, which
/// is an immediate stop.)
pub(crate) fn full_disk() {
    let disk = Tmpfs::mount(6).expect("mounting a file system needs root");
    let server = Postgres::start(&SETTINGS);
    server.own(disk.path());
    let mut setup = Setup::on(server, "full_disk", |(server, _)| {
        let direct = DirectConnection::at(&server.url());
        let location = disk.path().display();
        direct.execute(&format!("CREATE TABLESPACE small LOCATION '{location}'"));
        direct.execute("ALTER DATABASE postgres SET default_tablespace = small");
    });
    let disk = &mut { disk };
    setup.run.inject(
        SHORT,
        disk,
        |it| it.fill(),
        |it| it.clear(),
        Effect::Unavailable,
    );
    setup.check();
}

/// An access token may claim to be issued 60 seconds in the future; beyond that a replica sends the
/// client to refresh first.
const AHEAD: u64 = 55;

/// The clock of one replica is almost a minute ahead.
pub(crate) fn skewed_clocks() {
    let server = Postgres::start(&SETTINGS);
    let url = server.url();
    let ahead = ClockSkew::ahead_by(AHEAD);
    let replicas = [Vec::new(), ahead.variables()];
    let run = FaultRun::start("postgres-skewed_clocks", test_service(&url), url, &replicas);
    run.work_for(LONG);
    let ahead = effect::ahead(&run.records());
    let near = AHEAD - 3..=AHEAD + 3;
    assert!(near.contains(&ahead), "ahead by {ahead} s");
    run.check(Rules {
        skew: AHEAD * crate::journal::SECOND,
        ..rules()
    });
}
