//! The Caddyfiles of `examples/caddy`, as they are shipped, before the real binary: only addresses,
//! ports and paths are put in. Without `caddy` in the path tests are shown as ignored and fail if
//! they are asked for all the same.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test panics when it fails"
)]

mod caddy;
mod forward_auth;
mod proxy;

use std::process::ExitCode;

use accounts_testkit::{Needs, program};
use libtest_mimic::Trial;

/// A list of tests under their names.
macro_rules! tests {
    ($($module:ident :: $test:ident),* $(,)?) => {
        [$((concat!(stringify!($module), "::", stringify!($test)), $module::$test as fn())),*]
    };
}

fn main() -> ExitCode {
    let arguments = accounts_testkit::mostly_waiting();
    let tests = tests![
        proxy::cookies_and_the_clients_address_arrive,
        proxy::the_front_end_is_served_as_the_service_does,
        proxy::a_service_that_is_down_is_a_503_and_no_logout,
        proxy::headers_are_bounded,
        proxy::requests_that_do_not_come_are_cut_off,
        forward_auth::an_application_is_told_who_it_is,
        forward_auth::no_spelling_of_a_name_gets_through,
        forward_auth::strangers_are_kept_out,
        forward_auth::unsafe_requests_need_the_csrf_token,
        forward_auth::bodies_of_any_size_arrive,
        forward_auth::a_service_that_is_down_lets_nobody_in,
    ];
    let is_there = program("caddy").is_some();
    let trial = |(name, test): (&str, fn())| {
        let trial = Trial::test(name, move || {
            test();
            Ok(())
        });
        trial.needs("caddy", is_there)
    };
    libtest_mimic::run(&arguments, tests.map(trial).into()).exit_code()
}
