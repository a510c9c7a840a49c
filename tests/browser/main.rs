//! A real browser: Chromium, driven through ChromeDriver, in front of the real binary.
//!
//! What needs a program that is not there is shown as ignored: `chromium` and `chromedriver`,
//! `node`, axios (`npm ci --prefix tests/browser/axios`) and Python's requests
//! (`tests/browser/requests/requirements.txt`).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod chrome;
mod person;
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
    let in_chromium = |name: &str, case: fn()| {
        let case = move || {
            case();
            Ok(())
        };
        Trial::test(name, case).with_ignored_flag(!*chrome::IS_THERE)
    };
    let mut trials = vec![
        in_chromium("the_whole_page", walk::the_whole_page),
        in_chromium("the_keyboard_is_enough", walk::the_keyboard_is_enough),
        in_chromium("an_old_proof_is_asked_for_again", walk::an_old_proof_is_asked_for_again),
        in_chromium("pictures", walk::pictures),
        in_chromium("expiry_is_renewed_silently", tabs::expiry_is_renewed_silently),
        in_chromium("five_tabs_refresh_once", tabs::five_tabs_refresh_once),
        in_chromium("a_logout_is_seen_in_every_tab", tabs::a_logout_is_seen_in_every_tab),
        in_chromium("the_jar_on_https", strangers::the_jar_on_https),
        in_chromium("another_site_cannot_act", strangers::another_site_cannot_act),
        in_chromium("a_sibling_host_cannot_act", strangers::a_sibling_host_cannot_act),
        in_chromium("planted_cookies_do_not_count", strangers::planted_cookies_do_not_count),
    ];
    for backend in [Backend::Memory, Backend::Sqlite, Backend::Postgres] {
        let case = move || {
            tabs::one_browser_ends_the_session_of_another(backend);
            Ok(())
        };
        let name = format!("{backend}::one_browser_ends_the_session_of_another");
        let is_there = *chrome::IS_THERE && backend.is_there();
        trials.push(Trial::test(name, case).with_ignored_flag(!is_there));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
