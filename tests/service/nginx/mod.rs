//! The configurations of `examples/nginx`, as they are shipped, before the real binary: only
//! addresses, ports and paths are put in. nginx is taken from the path or `/usr/sbin`; without
//! it, and for replicas without Postgres, tests are shown as ignored and fail if they are asked
//! for all the same.

mod doctor;
mod forward_auth;
mod forward_auth_bodies;
mod process;
mod proxy;
mod replicas;
mod site;

use accounts_testkit::{Backend, Case, cases_of, program};

pub(crate) fn cases() -> Vec<Case> {
    let is_available = program("nginx").is_some();
    let one = cases_of![doctor, forward_auth, forward_auth_bodies, proxy];
    let several = cases_of![replicas];
    let several = several
        .into_iter()
        .map(|case| case.needs_backend(Backend::Postgres));
    let all = one.into_iter().chain(several);
    all.map(|case| case.needs("nginx", is_available)).collect()
}
