//! Two processes on one database: what one has acknowledged the other knows. And many tabs at once,
//! on every store.
//!
//! Postgres is taken from `TEST_POSTGRES_URL`; without it the tests that need it are shown as
//! ignored.

mod cookie_domain;
mod older_version;
mod roll_out;
mod tabs;
mod workload;

use std::time::{Duration, Instant};

use accounts_testkit::{Backend, Browser, Case, RunningService, TestService, cases, test_service};
use rocket_accounts::store::cache::MAX_STALENESS;

/// What `cache.enabled` promises: a session that one replica ended is refused by all others
/// within this time.
const PROMISE: Duration = Duration::from_secs(1);
const ROUNDS: usize = 20;

pub(crate) fn cases() -> Vec<Case> {
    const DATABASES: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];
    let two = cases![
        with_a_cache_within_a_second,
        without_a_cache_at_once,
        what_a_command_does_counts_at_once,
    ];
    let needs = |case: Case| case.needs_backend(Backend::Postgres);
    let mut cases: Vec<_> = two.into_iter().map(needs).collect();
    cases.extend(cookie_domain::cases(DATABASES));
    cases.extend(roll_out::cases(DATABASES));
    cases.extend(tabs::cases(Backend::ALL));
    cases
}

fn test_service(cache: &str) -> TestService {
    // One key for both: the first to start makes it in the folder.
    test_service!()
        .on(Backend::Postgres)
        .cheap_hashing()
        .set("ACCOUNTS_THROTTLE__ENABLED", "false")
        .set("ACCOUNTS_CACHE__ENABLED", cache)
}

/// Signs in here, and lets the other replica see the session so often that it is remembered.
fn signed_in(here: &RunningService, there: &RunningService) -> Browser {
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
fn outlives(ada: &mut Browser, here: &RunningService, there: &RunningService) -> Duration {
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
    let fixture = test_service("true");
    let (here, there) = (fixture.serve(), fixture.serve());
    fixture.create_user("ada");
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
    let fixture = test_service("false");
    let (here, there) = (fixture.serve(), fixture.serve());
    fixture.create_user("ada");
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
    let fixture = test_service("true");
    let (here, there) = (fixture.serve(), fixture.serve());
    fixture.create_user("ada");
    for command in [["session", "revoke", "ada"], ["user", "disable", "ada"]] {
        let mut ada = signed_in(&here, &there);
        let start = Instant::now();
        fixture.run(&command).expect(0);
        // So long a replica that hears nothing trusts what it knows.
        assert!(start.elapsed() >= MAX_STALENESS, "{command:?}");
        let mut elsewhere = ada.clone();
        elsewhere.move_to(there.client());
        elsewhere.get("user/").expect_problem(401, "session_ended");
        ada.get("user/").expect_problem(401, "session_ended");
    }
}
