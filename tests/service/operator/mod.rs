//! Commands of the real binary on a database of their own, seen from both sides: what they print,
//! and what a login finds afterwards.

mod fixture;
mod import;
mod import_again;
mod import_rejections;
mod sessions;

use accounts_testkit::{Case, cases_of};

pub(crate) fn cases() -> Vec<Case> {
    cases_of![import, import_again, import_rejections, sessions]
}
