//! The invariants under faults (docs/security.md, I1 to I12): the real binary under a fleet of
//! clients that write down what they ask and are answered, while its database is stopped, frozen,
//! cut off, full or locked and the service itself is killed; then a checker that holds the journal
//! against the invariants. What was run and found: docs/faults.md.
//!
//! The Postgres server is one of the suite's own. Where it, a C compiler or the right to mount a
//! file system is missing, the trials that need them are shown as ignored.
//!
//! `FAULTS_SECONDS=1200` adds a long form for each database: all faults in turn on one world,
//! again and again.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test panics when it fails, and the long form is run for its numbers"
)]

mod actor;
mod checker;
mod client;
mod fleet;
mod journal;
mod postgres;
mod resources;
mod sqlite;
mod tmpfs;
mod trace;
mod world;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use accounts_testkit::{Needs, Place, Postgres, Preload, place};
use libtest_mimic::Trial;

fn new_place() -> Place {
    place!()
}

fn main() -> ExitCode {
    let arguments = accounts_testkit::mostly_waiting();
    let mut trials: Vec<_> = checker::forged::trials().collect();
    for (name, fault) in postgres::FAULTS {
        let run = move || {
            let mut bench = postgres::Bench::new(name);
            fault(&mut bench);
            bench.check();
        };
        trials.push(on_postgres(name, run));
    }
    for (name, fault) in sqlite::FAULTS {
        let run = move || {
            let mut bench = sqlite::Bench::new(name);
            fault(&mut bench);
            bench.check();
        };
        trials.push(trial(&format!("sqlite::{name}"), run));
    }
    let may_mount = |trial: Trial| {
        let may_mount = tmpfs::Tmpfs::is_allowed();
        trial.needs("the right to mount a file system", may_mount)
    };
    trials.extend([
        on_postgres("down_at_first_start", postgres::down_at_first_start),
        on_postgres("down_at_start", postgres::down_at_start),
        may_mount(on_postgres("full_disk", postgres::full_disk)),
        on_postgres("skewed_clocks", postgres::skewed_clocks)
            .needs("a C compiler", Preload::is_possible()),
        may_mount(trial("sqlite::full_disk", sqlite::full_disk)),
    ]);
    if let Some(span) = long_form() {
        trials.push(on_postgres("all_in_turn", move || {
            let mut bench = postgres::Bench::new("all_in_turn");
            in_turn(span, &mut bench, &postgres::FAULTS);
            bench.check();
        }));
        trials.push(trial("sqlite::all_in_turn", move || {
            let mut bench = sqlite::Bench::new("all_in_turn");
            in_turn(span, &mut bench, &sqlite::FAULTS);
            bench.check();
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(name: &str, run: impl FnOnce() + Send + 'static) -> Trial {
    let run = move || {
        run();
        Ok(())
    };
    Trial::test(name, run)
}

fn on_postgres(name: &str, run: impl FnOnce() + Send + 'static) -> Trial {
    trial(&format!("postgres::{name}"), run)
        .needs("a Postgres server's programs", Postgres::is_there())
}

/// For how long the long form is asked for.
fn long_form() -> Option<Duration> {
    let seconds = std::env::var("FAULTS_SECONDS").ok()?;
    Some(Duration::from_secs(seconds.parse().unwrap()))
}

/// A name and what it does to the bench.
type Fault<B> = (&'static str, fn(&mut B));

fn in_turn<B>(span: Duration, bench: &mut B, faults: &[Fault<B>]) {
    let began = Instant::now();
    for (_, fault) in faults.iter().cycle() {
        fault(bench);
        if began.elapsed() > span {
            return;
        }
    }
}
