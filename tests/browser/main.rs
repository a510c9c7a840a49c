//! A real browser: Chromium, driven through `ChromeDriver`, in front of the real binary.
//!
//! What needs a program that is not there is shown as ignored: `chromium` and `chromedriver`,
//! `node`, axios and `TypeScript` (`npm ci` in `tests/browser/npm`), and Python's requests
//! (`tests/browser/requests/requirements.txt`).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod chrome;
mod clients;
mod devtools;
mod person;
mod remember;
mod site;
mod stranger;
mod strangers;
mod tabs;
mod tls;
mod walk;

use std::process::ExitCode;

use accounts_testkit::{Backend, Needs};
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let chromium = |trial: Trial| trial.needs("chromium and chromedriver", *chrome::IS_THERE);
    let packages = |trial: Trial| {
        let is_there = clients::has_packages();
        trial.needs("npm ci in tests/browser/npm", is_there)
    };
    let node = |trial: Trial| trial.needs("node", *clients::NODE);
    let mut trials = vec![
        chromium(trial("the_whole_page", walk::the_whole_page)),
        chromium(trial(
            "sessions_that_look_alike_are_one_line",
            walk::sessions_that_look_alike_are_one_line,
        )),
        chromium(trial(
            "the_keyboard_is_enough",
            walk::the_keyboard_is_enough,
        )),
        chromium(trial(
            "an_old_proof_is_asked_for_again",
            walk::an_old_proof_is_asked_for_again,
        )),
        chromium(trial(
            "not_remembered_beyond_the_browser",
            remember::not_remembered_beyond_the_browser,
        )),
        chromium(trial("pictures", walk::pictures)),
        chromium(trial(
            "expiry_is_renewed_silently",
            tabs::expiry_is_renewed_silently,
        )),
        chromium(trial(
            "five_tabs_refresh_once",
            tabs::five_tabs_refresh_once,
        )),
        chromium(trial(
            "a_logout_is_seen_in_every_tab",
            tabs::a_logout_is_seen_in_every_tab,
        )),
        chromium(trial("the_jar_on_https", strangers::the_jar_on_https)),
        chromium(trial(
            "another_site_cannot_act",
            strangers::another_site_cannot_act,
        )),
        chromium(trial(
            "a_sibling_host_cannot_act",
            strangers::a_sibling_host_cannot_act,
        )),
        chromium(trial(
            "planted_cookies_do_not_count",
            strangers::planted_cookies_do_not_count,
        )),
        node(trial("the_client_in_node", clients::the_client_in_node)),
        packages(node(trial(
            "the_types_of_the_client",
            clients::the_types_of_the_client,
        ))),
        packages(chromium(trial(
            "axios_in_a_front_end",
            clients::axios_in_a_front_end,
        ))),
        trial("requests_of_python", clients::requests_of_python)
            .needs("Python and requests", clients::has_requests()),
    ];
    for backend in [Backend::Memory, Backend::Sqlite, Backend::Postgres] {
        let name = format!("{backend}::planted_at_every_moment");
        let case = move || strangers::planted_at_every_moment(backend);
        trials.push(chromium(trial(name, case)).needs_backend(backend));
        let name = format!("{backend}::one_browser_ends_the_session_of_another");
        let case = move || tabs::one_browser_ends_the_session_of_another(backend);
        trials.push(chromium(trial(name, case)).needs_backend(backend));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(name: impl Into<String>, case: impl FnOnce() + Send + 'static) -> Trial {
    let run = move || {
        case();
        Ok(())
    };
    Trial::test(name, run)
}
