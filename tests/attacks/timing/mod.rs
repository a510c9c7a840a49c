//! LG1: the time of a failed login does not tell whether the name exists, nor what is wrong
//! (CVE-2024-39329). The real binary at the real hashing cost, five kinds of user.
//!
//! Attempts on the five kinds take turns, in another order each round, so that whatever else the
//! machine does meets all of them alike. For each pair the probability that one takes longer than
//! the other (the statistic of Mann and Whitney, divided by the number of pairs of samples) has to
//! be near one half. That measures the size of a difference, not its significance: a huge sample
//! finds any difference significant, and a small one no attacker could use. By chance alone one of
//! thirty runs leaves the band; so there are three attempts, of which one has to stay inside.

use std::fmt::Write as _;
use std::time::Instant;

use accounts_testkit::{Backend, Case, PASSWORD, RunningService, cases};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::target::service_under_attack;

/// What computes alone. Besides: a minute of hashing, in which nothing else may run.
pub(crate) fn cases() -> (Vec<Case>, Vec<Case>) {
    let slow = cases![the_time_of_a_failed_login_does_not_tell_the_kinds_of_user_apart];
    (
        cases![superiority_is_one_half_for_equals_and_one_for_what_is_always_larger],
        slow.into_iter().map(Case::is_slow).collect(),
    )
}

/// Attempts on each kind of user.
const ROUNDS: usize = 150;
/// How far from one half the probability may be.
const TOLERANCE: f64 = 0.1;
const ATTEMPTS: usize = 3;
/// The cost of the hash that came from Django, and the one that is configured.
const IMPORTED: &str = "pbkdf2_sha256$20000";

/// Name and password of each failed login.
const KINDS: [(&str, &str); 5] = [
    ("nobody", "wrong"),
    ("known", "wrong"),
    ("disabled", PASSWORD),
    ("without", "wrong"),
    ("imported", "wrong"),
];

/// SQLite with one user of each kind.
fn test_service() -> accounts_testkit::TestService {
    let fixture = service_under_attack()
        .on(Backend::Sqlite)
        .set("ACCOUNTS_PASSWORD__IMPORTED_COST", IMPORTED)
        .set("ACCOUNTS_THROTTLE__ENABLED", "false");
    fixture.create_user("known");
    fixture.create_user("disabled");
    fixture.run(&["user", "disable", "disabled"]).expect(0);
    let mut digest = [0; 32];
    pbkdf2::pbkdf2_hmac::<sha2::Sha256>(PASSWORD.as_bytes(), b"saltsalt", 20_000, &mut digest);
    let hash = format!("{IMPORTED}$saltsalt${}", STANDARD.encode(digest));
    let user = |name: &str, hash: &str| {
        let fields = json!({"username": name, "password": hash, "first_name": "", "last_name": "",
            "email": "", "is_active": true, "date_joined": "2019-03-04T05:06:07Z"});
        json!({"model": "auth.user", "pk": 1, "fields": fields}).to_string()
    };
    let users = format!(
        "{}\n{}\n",
        user("without", "!unusable"),
        user("imported", &hash)
    );
    fixture.write("users.jsonl", &users);
    fixture
        .run(&["user", "import", "--from-django", "users.jsonl"])
        .expect(0);
    fixture
}

/// Milliseconds of a failed login.
fn attempt(service: &RunningService, (name, password): (&str, &str)) -> f64 {
    let body = json!({"username": name, "password": password});
    let request = service.request("POST", "/accounts/auth/login/").json(&body);
    let start = Instant::now();
    let answer = request.send();
    let taken = start.elapsed();
    answer.expect_problem(401, "invalid_credentials");
    taken.as_secs_f64() * 1000.0
}

/// The times of each kind.
fn sample(service: &RunningService) -> [Vec<f64>; 5] {
    let mut times: [Vec<f64>; 5] = Default::default();
    for round in 0..ROUNDS {
        for turn in 0..KINDS.len() {
            // 1, 2, 3 and 4 have no divisor in common with 5: each step visits every kind.
            let kind = (round + turn * (round / KINDS.len() % 4 + 1)) % KINDS.len();
            times[kind].push(attempt(service, KINDS[kind]));
        }
    }
    times
}

/// The probability that one of `a` is larger than one of `b`; equal ones count half.
fn superiority(a: &[f64], b: &[f64]) -> f64 {
    let mut won = 0.0;
    for x in a {
        for y in b {
            won += if x > y {
                1.0
            } else {
                f64::from(u8::from(x >= y)) / 2.0
            };
        }
    }
    let pairs = u32::try_from(a.len() * b.len()).unwrap();
    won / f64::from(pairs)
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn the_time_of_a_failed_login_does_not_tell_the_kinds_of_user_apart() {
    let fixture = test_service();
    let service = fixture.serve();
    // The first ones warm up caches and the hashing memory.
    for kind in KINDS {
        attempt(&service, kind);
    }
    let mut reported = String::new();
    for _ in 0..ATTEMPTS {
        let times = sample(&service);
        let mut furthest: f64 = 0.0;
        for (i, (name, _)) in KINDS.iter().enumerate() {
            write!(reported, "{name}: median {:.1} ms", median(&times[i])).unwrap();
            for (j, (other, _)) in KINDS.iter().enumerate().skip(i + 1) {
                let probability = superiority(&times[i], &times[j]);
                furthest = furthest.max((probability - 0.5).abs());
                write!(reported, ", over {other} {probability:.3}").unwrap();
            }
            reported.push('\n');
        }
        writeln!(reported, "furthest from one half: {furthest:.3}\n").unwrap();
        if furthest <= TOLERANCE {
            // Shown with --nocapture, for the record.
            println!("{reported}");
            return;
        }
    }
    panic!("the kinds of user can be told apart by time:\n{reported}");
}

fn superiority_is_one_half_for_equals_and_one_for_what_is_always_larger() {
    let (low, high) = ([1.0, 2.0, 3.0], [4.0, 5.0]);
    for (a, b, expected) in [
        (&low[..], &low[..], 0.5),
        (&high, &low, 1.0),
        (&low, &high, 0.0),
    ] {
        assert!((superiority(a, b) - expected).abs() < 1e-9);
    }
    assert!((superiority(&[1.0, 4.0], &[2.0, 3.0]) - 0.5).abs() < 1e-9);
}
