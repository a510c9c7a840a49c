//! Addresses as a trusted proxy passes them on.

use accounts_testkit::PASSWORD;

use super::expect_wait;
use crate::attack::Attack;

fn from(attack: &Attack<'_>, password: &str, forwarded: &str) -> accounts_testkit::Request {
    let login = attack.login(&attack.name, password);
    login.header("X-Forwarded-For", forwarded)
}

pub(super) fn what_stands_left_of_the_proxys_hop_does_not_count(attack: &Attack<'_>) {
    for number in 0..5 {
        let login = from(
            attack,
            "wrong",
            &format!("198.51.100.{number}, 203.0.113.7"),
        );
        attack.refused_untouched(login, 401, "invalid_credentials");
    }
    expect_wait(attack, from(attack, PASSWORD, "198.51.100.99, 203.0.113.7"));
    let twice = from(attack, PASSWORD, "198.51.100.99").header("X-Forwarded-For", "203.0.113.7");
    expect_wait(attack, twice);
    from(attack, PASSWORD, "203.0.113.7, 198.51.100.99")
        .send()
        .expect(200);
    attack.logins_wait();
}

pub(super) fn a_hop_that_cannot_be_read_is_the_proxy(attack: &Attack<'_>) {
    for number in 0..5 {
        let login = from(attack, "wrong", &format!("198.51.100.{number}, unknown"));
        attack.refused_untouched(login, 401, "invalid_credentials");
    }
    for hop in [
        "198.51.100.9, unknown",
        "unknown",
        "198.51.100.9, _hidden",
        "198.51.100.9,",
    ] {
        expect_wait(attack, from(attack, PASSWORD, hop));
    }
    attack.logins_wait();
}

pub(super) fn one_network_of_v6_is_one_address(attack: &Attack<'_>) {
    for number in 0..5 {
        let login = from(attack, "wrong", &format!("2001:db8:1:2:{number}::1"));
        attack.refused_untouched(login, 401, "invalid_credentials");
    }
    expect_wait(attack, from(attack, PASSWORD, "2001:db8:1:2:ffff::1"));
    attack.logins_wait();
}
