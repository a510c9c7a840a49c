//! Commands of the real binary on a database of their own, seen from both sides: what they print,
//! and what a login finds afterwards.

mod moving;
mod rejected;
mod sessions;
mod world;

use accounts_testkit::{Case, cases_of};

pub(crate) fn cases() -> Vec<Case> {
    cases_of![moving, rejected, sessions]
}
