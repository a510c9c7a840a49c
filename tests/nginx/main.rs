//! The configurations of `examples/nginx`, as they are shipped, before the real binary: only
//! addresses, ports and paths are put in. nginx is taken from the path or `/usr/sbin`; without
//! it, and for replicas without Postgres, tests are shown as ignored and fail if they are asked
//! for all the same.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test panics when it fails"
)]

mod doctor;
mod forward_auth;
mod forward_auth_bodies;
mod nginx;
mod proxy;
mod replicas;
mod site;

use std::process::ExitCode;

use accounts_testkit::{Backend, Needs, program};
use libtest_mimic::Trial;

/// A list of tests under their names.
macro_rules! tests {
    ($($module:ident :: $test:ident),* $(,)?) => {
        [$((concat!(stringify!($module), "::", stringify!($test)), $module::$test as fn())),*]
    };
}

fn main() -> ExitCode {
    let arguments = accounts_testkit::mostly_waiting();
    let trial = |(name, test): (&str, fn()), is_there: bool| {
        let trial = Trial::test(name, move || {
            test();
            Ok(())
        });
        trial.needs("nginx", is_there)
    };
    let nginx_is_there = program("nginx").is_some();
    let one = tests![
        proxy::cookies_arrive_as_the_service_sets_them,
        proxy::the_address_is_the_clients_own,
        proxy::headers_that_do_not_come_are_cut_off,
        proxy::bodies_that_do_not_come_are_cut_off,
        proxy::idle_connections_are_cut_off,
        proxy::headers_are_bounded,
        proxy::bodies_are_bounded,
        proxy::other_sites_are_refused,
        proxy::ambiguous_requests_are_refused,
        proxy::a_service_that_is_down_is_a_503_and_no_logout,
        proxy::the_front_end_is_served_and_http_leads_to_https,
        proxy::the_front_end_is_served_as_the_service_does,
        forward_auth::an_application_is_told_who_it_is,
        forward_auth::no_spelling_of_a_name_gets_through,
        forward_auth::strangers_are_kept_out,
        forward_auth::unsafe_requests_need_the_csrf_token,
        forward_auth::a_logout_counts_at_once,
        forward_auth::a_service_that_is_down_lets_nobody_in,
        forward_auth_bodies::the_size_of_a_body_is_the_applications_affair,
        forward_auth_bodies::a_refusal_is_the_services_whatever_the_size,
        doctor::a_good_deployment_has_no_findings,
        doctor::what_a_proxy_spoils_is_found,
    ];
    let several = tests![
        replicas::a_rolling_restart_loses_no_request,
        replicas::a_logout_on_one_counts_on_the_other,
        replicas::a_refresh_race_leaves_one_successor,
    ];
    let one = one.map(|test| trial(test, nginx_is_there));
    let several = several.map(|test| trial(test, nginx_is_there).needs_backend(Backend::Postgres));
    let trials = one.into_iter().chain(several).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}
