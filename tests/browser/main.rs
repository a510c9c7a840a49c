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
mod cross_site;
mod demo_page;
mod other_site;
mod planted_cookies;
mod remember;
mod site;
mod tabs;
mod tls;

use std::process::ExitCode;

use accounts_testkit::{Case, Load, Suite};

fn main() -> ExitCode {
    let chromium = |case: Case| case.needs("chromium and chromedriver", *chrome::IS_THERE);
    let mut suite = Suite::new();
    for cases in [
        demo_page::cases(),
        remember::cases(),
        tabs::cases(),
        cross_site::cases(),
        planted_cookies::cases(),
    ] {
        suite.add(Load::Computing, cases.into_iter().map(chromium));
    }
    suite.add(Load::Computing, clients::cases());
    suite.run()
}
