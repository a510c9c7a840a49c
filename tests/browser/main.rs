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
mod tls;
mod walk;

use std::process::ExitCode;

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
    let trials = vec![
        in_chromium("the_whole_page", walk::the_whole_page),
        in_chromium("the_keyboard_is_enough", walk::the_keyboard_is_enough),
        in_chromium("an_old_proof_is_asked_for_again", walk::an_old_proof_is_asked_for_again),
        in_chromium("pictures", walk::pictures),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}
