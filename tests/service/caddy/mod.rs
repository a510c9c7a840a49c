//! The Caddyfiles of `examples/caddy`, as they are shipped, before the real binary: only addresses,
//! ports and paths are put in. Without `caddy` in the path tests are shown as ignored and fail if
//! they are asked for all the same.

mod forward_auth;
mod process;
mod proxy;

use accounts_testkit::{Case, cases_of, program};

pub(crate) fn cases() -> Vec<Case> {
    let is_available = program("caddy").is_some();
    let cases = cases_of![forward_auth, proxy];
    cases
        .into_iter()
        .map(|case| case.needs("caddy", is_available))
        .collect()
}
