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

use accounts_testkit::Backend;
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let chromium = *chrome::IS_THERE;
    let node = *clients::NODE;
    let packages = clients::has_packages();
    let mut trials = vec![
        trial("the_whole_page", chromium, walk::the_whole_page),
        trial(
            "the_keyboard_is_enough",
            chromium,
            walk::the_keyboard_is_enough,
        ),
        trial(
            "an_old_proof_is_asked_for_again",
            chromium,
            walk::an_old_proof_is_asked_for_again,
        ),
        trial(
            "not_remembered_beyond_the_browser",
            chromium,
            remember::not_remembered_beyond_the_browser,
        ),
        trial("pictures", chromium, walk::pictures),
        trial(
            "expiry_is_renewed_silently",
            chromium,
            tabs::expiry_is_renewed_silently,
        ),
        trial(
            "five_tabs_refresh_once",
            chromium,
            tabs::five_tabs_refresh_once,
        ),
        trial(
            "a_logout_is_seen_in_every_tab",
            chromium,
            tabs::a_logout_is_seen_in_every_tab,
        ),
        trial("the_jar_on_https", chromium, strangers::the_jar_on_https),
        trial(
            "another_site_cannot_act",
            chromium,
            strangers::another_site_cannot_act,
        ),
        trial(
            "a_sibling_host_cannot_act",
            chromium,
            strangers::a_sibling_host_cannot_act,
        ),
        trial(
            "planted_cookies_do_not_count",
            chromium,
            strangers::planted_cookies_do_not_count,
        ),
        trial("the_client_in_node", node, clients::the_client_in_node),
        trial(
            "the_types_of_the_client",
            node && packages,
            clients::the_types_of_the_client,
        ),
        trial(
            "axios_in_a_front_end",
            chromium && packages,
            clients::axios_in_a_front_end,
        ),
        trial(
            "requests_of_python",
            clients::has_requests(),
            clients::requests_of_python,
        ),
    ];
    for backend in [Backend::Memory, Backend::Sqlite, Backend::Postgres] {
        let name = format!("{backend}::planted_at_every_moment");
        let is_there = chromium && backend.is_there();
        let case = move || strangers::planted_at_every_moment(backend);
        trials.push(trial(name, is_there, case));
        let name = format!("{backend}::one_browser_ends_the_session_of_another");
        let is_there = chromium && backend.is_there();
        let case = move || tabs::one_browser_ends_the_session_of_another(backend);
        trials.push(trial(name, is_there, case));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A case; ignored if what it needs is not there.
fn trial(name: impl Into<String>, is_there: bool, case: impl FnOnce() + Send + 'static) -> Trial {
    let run = move || {
        case();
        Ok(())
    };
    Trial::test(name, run).with_ignored_flag(!is_there)
}
