//! Ways around the limits on attempts.

mod proxy;

use accounts_testkit::PASSWORD;
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::attack::{Attack, unused_name};
use crate::target::Setup;
use proxy::{
    a_hop_that_cannot_be_read_is_the_proxy, one_network_of_v6_is_one_address,
    what_stands_left_of_the_proxys_hop_does_not_count,
};

/// Headers in which proxies pass on an address, and which any client can send.
const SPOOFED: [&str; 10] = [
    "X-Forwarded-For",
    "X-Real-IP",
    "Forwarded",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "X-Cluster-Client-IP",
    "Fastly-Client-IP",
    "X-Originating-IP",
    "Client-IP",
];

pub(crate) fn add_to(cases: &mut Cases) {
    for header in SPOOFED {
        let name = header.to_lowercase().replace('-', "_");
        cases.add(
            "throttle",
            &format!("spoofed_{name}"),
            Setup::Throttled,
            move |attack| {
                spoofed(attack, header);
            },
        );
    }
    add!(
        cases,
        "throttle",
        Setup::Throttled,
        [
            the_right_password_waits_too,
            letter_case_is_no_way_around,
            unknown_names_are_limited_alike,
            a_success_of_ones_own_buys_no_guesses,
            guesses_at_once_are_all_counted,
            registrations_run_out,
            guesses_at_the_own_password_run_out,
            malformed_logins_cost_no_attempt_and_no_account,
            who_is_in_stays_in,
        ]
    );
    add!(
        cases,
        "throttle",
        Setup::BehindProxy,
        [
            what_stands_left_of_the_proxys_hop_does_not_count,
            a_hop_that_cannot_be_read_is_the_proxy,
            one_network_of_v6_is_one_address,
        ]
    );
}

/// Five wrong passwords for one name from one address.
fn use_up(attack: &Attack<'_>, name: &str) {
    for _ in 0..5 {
        attack.refused_untouched(attack.login(name, "wrong"), 401, "invalid_credentials");
    }
    attack.logins_wait();
}

/// Refused with the time to wait, without a cookie.
#[track_caller]
fn expect_wait(attack: &Attack<'_>, request: accounts_testkit::Request) {
    let answer = attack.refused_untouched(request, 429, "too_many_attempts");
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3600).contains(&wait), "{answer:#?}");
}

fn spoofed(attack: &Attack<'_>, header: &str) {
    for number in 0..5 {
        let login = attack.login(&attack.name, "wrong");
        let login = login.header(header, format!("203.0.113.{number}"));
        attack.refused_untouched(login, 401, "invalid_credentials");
    }
    let value = if header == "Forwarded" {
        "for=203.0.113.9"
    } else {
        "203.0.113.9"
    };
    expect_wait(
        attack,
        attack.login(&attack.name, PASSWORD).header(header, value),
    );
    attack.logins_wait();
}

fn the_right_password_waits_too(attack: &Attack<'_>) {
    use_up(attack, &attack.name);
    expect_wait(attack, attack.login(&attack.name, PASSWORD));
    expect_wait(attack, attack.login(&attack.name, "wrong"));
}

fn letter_case_is_no_way_around(attack: &Attack<'_>) {
    for at in 0..5 {
        let (head, tail) = attack.name.split_at(at.min(4));
        let name = format!("{}{tail}", head.to_uppercase());
        attack.refused_untouched(attack.login(&name, "wrong"), 401, "invalid_credentials");
    }
    expect_wait(attack, attack.login(&attack.name.to_uppercase(), PASSWORD));
    attack.logins_wait();
}

fn unknown_names_are_limited_alike(attack: &Attack<'_>) {
    use_up(attack, "nobody");
    let unknown = attack.login("nobody", "wrong").send();
    use_up(attack, &attack.name);
    let known = attack.login(&attack.name, "wrong").send();
    assert_eq!((unknown.status, known.status), (429, 429));
    assert_eq!(unknown.text, known.text);
}

/// A success between the guesses would make room, were it not counted by account.
fn a_success_of_ones_own_buys_no_guesses(attack: &Attack<'_>) {
    let (_, mallory) = attack.other_user();
    for _ in 0..5 {
        attack.refused_untouched(
            attack.login(&attack.name, "wrong"),
            401,
            "invalid_credentials",
        );
        attack.login(&mallory, PASSWORD).send().expect(200);
    }
    expect_wait(attack, attack.login(&attack.name, PASSWORD));
    attack.logins_wait();
}

fn guesses_at_once_are_all_counted(attack: &Attack<'_>) {
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guess = || {
            attack
                .target
                .client
                .request("POST", "/accounts/auth/login/")
        };
        let body = json!({"username": attack.name, "password": "wrong"});
        let requests: Vec<_> = (0..20).map(|_| guess().json(&body)).collect();
        let threads = requests
            .into_iter()
            .map(|request| scope.spawn(|| request.send().status));
        let threads: Vec<_> = threads.collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let guessed = statuses.iter().filter(|status| **status == 401).count();
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert_eq!((guessed, refused), (5, 15), "{statuses:?}");
    attack.logins_wait();
}

fn registrations_run_out(attack: &Attack<'_>) {
    let register = || {
        let body = json!({"username": unused_name(), "password": PASSWORD});
        attack.request("POST", "auth/register/").json(&body)
    };
    let statuses: Vec<_> = (0..19).map(|_| register().send().status).collect();
    assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
    expect_wait(attack, register());
    expect_wait(attack, register().header("X-Forwarded-For", "203.0.113.9"));
}

/// With a stolen session, over all routes that ask for the password.
fn guesses_at_the_own_password_run_out(attack: &Attack<'_>) {
    let prove = |password: &str| {
        let request = attack.victim.unsafe_request("POST", "auth/reauthenticate/");
        request.json(&json!({ "password": password }))
    };
    for _ in 0..5 {
        attack.refused_untouched(prove("wrong"), 400, "invalid_fields");
    }
    expect_wait(attack, prove(PASSWORD));
    let leave = attack.victim.unsafe_request("DELETE", "user/");
    expect_wait(attack, leave.json(&json!({ "password": PASSWORD })));
    let body = json!({"current_password": PASSWORD, "new_password": "a wholly other passphrase"});
    let change = attack.victim.unsafe_request("POST", "user/password/");
    expect_wait(attack, change.json(&body));
}

fn malformed_logins_cost_no_attempt_and_no_account(attack: &Attack<'_>) {
    for _ in 0..12 {
        let body = json!({"username": attack.name, "password": "a".repeat(257)});
        let request = attack.request("POST", "auth/login/").json(&body);
        attack.refused_untouched(request, 400, "invalid_fields");
    }
}

/// Wrong guesses of others do not end a session (RL7).
fn who_is_in_stays_in(attack: &Attack<'_>) {
    use_up(attack, &attack.name);
    let mut victim = attack.victim.clone();
    for _ in 0..3 {
        victim.get("user/").expect(200);
    }
}
