//! The invariants under faults (docs/security.md, I1 to I12): the real binary under
//! clients that write down what they ask and are answered, while its database is stopped, frozen,
//! cut off, full or locked and the service itself is killed; then a checker that holds the journal
//! against the invariants. What was run and found: docs/faults.md.
//!
//! The Postgres server is one of the suite's own. Where it, a C compiler or the right to mount a
//! file system is missing, the tests that need them are shown as ignored.
//!
//! `FAULTS_SECONDS=1200` adds a long form for each database: all faults in turn on one service,
//! again and again.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test panics when it fails, and the long form is run for its numbers"
)]

mod checker;
mod client;
mod effect;
mod fault_run;
mod journal;
mod postgres;
mod random_client;
mod replica;
mod resources;
mod sqlite;
mod summary;
mod tmpfs;
mod workload;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use accounts_testkit::{Case, Load, Postgres, Preload, Suite, TestService, test_service};

fn new_service() -> TestService {
    test_service!()
}

fn main() -> ExitCode {
    let mut suite = Suite::new();
    suite.add(Load::Waiting, checker::forged::cases());
    suite.group(Load::Waiting, "postgres", on_postgres());
    suite.group(Load::Waiting, "sqlite", on_sqlite());
    suite.run()
}

/// Shows what needs a file system of its own as ignored where none may be mounted.
fn on_own_disk(case: Case) -> Case {
    case.needs(
        "the right to mount a file system",
        tmpfs::Tmpfs::is_allowed(),
    )
}

fn on_postgres() -> impl Iterator<Item = Case> {
    let faults = postgres::FAULTS.map(|(name, fault)| {
        Case::new(name, move || {
            let mut setup = postgres::Setup::new(name);
            fault(&mut setup);
            setup.check();
        })
    });
    let others = [
        Case::new("down_at_first_start", postgres::down_at_first_start),
        Case::new("down_at_start", postgres::down_at_start),
        on_own_disk(Case::new("full_disk", postgres::full_disk)),
        Case::new("skewed_clocks", postgres::skewed_clocks)
            .needs("a C compiler", Preload::is_possible()),
    ];
    let long = long_form().map(|span| {
        Case::new("all_in_turn", move || {
            let mut setup = postgres::Setup::new("all_in_turn");
            in_turn(span, &mut setup, &postgres::FAULTS);
            setup.check();
        })
    });
    let all = faults.into_iter().chain(others).chain(long);
    all.map(|case| case.needs("a Postgres server's programs", Postgres::is_available()))
}

fn on_sqlite() -> impl Iterator<Item = Case> {
    let faults = sqlite::FAULTS.map(|(name, fault)| {
        Case::new(name, move || {
            let mut setup = sqlite::Setup::new(name);
            fault(&mut setup);
            setup.check();
        })
    });
    let full_disk = on_own_disk(Case::new("full_disk", sqlite::full_disk));
    let long = long_form().map(|span| {
        Case::new("all_in_turn", move || {
            let mut setup = sqlite::Setup::new("all_in_turn");
            in_turn(span, &mut setup, &sqlite::FAULTS);
            setup.check();
        })
    });
    faults.into_iter().chain([full_disk]).chain(long)
}

/// For how long the long form is asked for.
fn long_form() -> Option<Duration> {
    let seconds = std::env::var("FAULTS_SECONDS").ok()?;
    Some(Duration::from_secs(seconds.parse().unwrap()))
}

/// A name and what it does to the setup.
type Fault<B> = (&'static str, fn(&mut B));

fn in_turn<B>(span: Duration, setup: &mut B, faults: &[Fault<B>]) {
    let began = Instant::now();
    for (_, fault) in faults.iter().cycle() {
        fault(setup);
        if began.elapsed() > span {
            return;
        }
    }
}
