//! Two processes on one database: what one has acknowledged the other knows. And many tabs at once,
//! on every store.
//!
//! Postgres is taken from `TEST_POSTGRES_URL`; without it the tests that need it are shown as
//! ignored.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod cookie_domain;
mod crew;
mod neighbours;
mod roll_out;
mod tabs;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use accounts_testkit::{Backend, Browser, Needs, Place, Preload, Service, place};
use libtest_mimic::Trial;
use rocket_accounts::store::cache::MAX_STALENESS;

/// What `cache.enabled` promises: a session that one replica ended is refused by all others
/// within this time.
const PROMISE: Duration = Duration::from_secs(1);
const ROUNDS: usize = 20;

fn main() -> ExitCode {
    let trial = |name: &str, test: fn()| {
        let trial = Trial::test(name, move || {
            test();
            Ok(())
        });
        trial.needs_backend(Backend::Postgres)
    };
    let mut trials = vec![
        trial("with_a_cache_within_a_second", with_a_cache_within_a_second),
        trial("without_a_cache_at_once", without_a_cache_at_once),
        trial(
            "what_a_command_does_counts_at_once",
            what_a_command_does_counts_at_once,
        ),
    ];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let roll_out = (
            "other_lifetimes_end_no_session",
            roll_out::other_lifetimes_end_no_session as fn(Backend),
        );
        for (name, test) in cookie_domain::CASES.into_iter().chain([roll_out]) {
            let run = move || {
                test(backend);
                Ok(())
            };
            let trial = Trial::test(format!("{backend}::{name}"), run);
            trials.push(trial.needs_backend(backend));
        }
        trials.extend(under_load(backend));
    }
    trials.extend(Backend::ALL.map(|backend| {
        let name = format!("{backend}::careless_tabs_stay_signed_in");
        let trial = Trial::test(name, move || {
            tabs::careless_tabs_stay_signed_in(backend);
            Ok(())
        });
        trial.needs_backend(backend)
    }));
    libtest_mimic::run(&accounts_testkit::mostly_waiting(), trials).exit_code()
}

/// Long, and with a clock that only a C compiler can turn. That of an upgrade is there where a binary
/// to upgrade from is given.
fn under_load(backend: Backend) -> impl Iterator<Item = Trial> {
    let changes = (
        "changes_under_load_end_no_session",
        roll_out::changes_under_load_end_no_session as fn(Backend),
    );
    let upgrade = roll_out::previous().map(|_| {
        (
            "an_upgrade_under_load_ends_no_session",
            roll_out::an_upgrade_under_load_ends_no_session as fn(Backend),
        )
    });
    [changes]
        .into_iter()
        .chain(upgrade)
        .map(move |(name, test)| {
            let run = move || {
                test(backend);
                Ok(())
            };
            Trial::test(format!("{backend}::{name}"), run)
                .needs_backend(backend)
                .needs("a C compiler", Preload::is_possible())
        })
}

fn place(cache: &str) -> Place {
    // One key for both: it is made in the folder by whoever starts first.
    place!()
        .on(Backend::Postgres)
        .cheap_hashing()
        .set("ACCOUNTS_THROTTLE__ENABLED", "false")
        .set("ACCOUNTS_CACHE__ENABLED", cache)
}

/// Signs in here, and lets the other replica see the session so often that it is remembered.
fn signed_in(here: &Service, there: &Service) -> Browser {
    let mut ada = here.browser();
    ada.log_in("ada").expect(200);
    let mut elsewhere = ada.clone();
    elsewhere.move_to(there.client());
    for _ in 0..3 {
        elsewhere.get("user/").expect(200);
    }
    ada
}

/// How long a session is still good on another replica after it was ended here.
fn outlives(ada: &mut Browser, here: &Service, there: &Service) -> Duration {
    let mut elsewhere = ada.clone();
    elsewhere.move_to(there.client());
    ada.log_out().expect(200);
    let ended = Instant::now();
    // Where it was ended it is refused at once.
    let mut copy = elsewhere.clone();
    copy.move_to(here.client());
    copy.get("user/").expect_problem(401, "session_ended");
    loop {
        let asked = ended.elapsed();
        let answer = elsewhere.get("user/");
        if answer.status == 401 {
            return asked;
        }
        answer.expect(200);
        assert!(asked < PROMISE, "still good after {asked:?}");
    }
}

fn with_a_cache_within_a_second() {
    let place = place("true");
    let (here, there) = (place.serve(), place.serve());
    place.create_user("ada");
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| outlives(&mut signed_in(&here, &there), &here, &there))
        .collect();
    times.sort();
    println!(
        "refused by the other replica after: median {:?}, longest {:?}",
        times[ROUNDS / 2],
        times.last().unwrap()
    );
}

fn without_a_cache_at_once() {
    let place = place("false");
    let (here, there) = (place.serve(), place.serve());
    place.create_user("ada");
    for _ in 0..ROUNDS {
        let mut ada = signed_in(&here, &there);
        let mut elsewhere = ada.clone();
        elsewhere.move_to(there.client());
        ada.log_out().expect(200);
        elsewhere.get("user/").expect_problem(401, "session_ended");
    }
}

/// A command that has ended says so when no replica trusts an older state any more.
fn what_a_command_does_counts_at_once() {
    let place = place("true");
    let (here, there) = (place.serve(), place.serve());
    place.create_user("ada");
    for command in [["session", "revoke", "ada"], ["user", "disable", "ada"]] {
        let mut ada = signed_in(&here, &there);
        let start = Instant::now();
        place.run(&command).expect(0);
        // So long a replica that hears nothing trusts what it knows.
        assert!(start.elapsed() >= MAX_STALENESS, "{command:?}");
        let mut elsewhere = ada.clone();
        elsewhere.move_to(there.client());
        elsewhere.get("user/").expect_problem(401, "session_ended");
        ada.get("user/").expect_problem(401, "session_ended");
    }
}
