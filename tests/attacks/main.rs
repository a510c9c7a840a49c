//! Attacks on the real binary over real HTTP: every case is refused as documented, gives no cookie
//! away, changes nothing, and leaves the process alive. See README.md.
//!
//! Postgres is taken from `TEST_POSTGRES_URL`, the URL of a role that may create schemas. Without
//! it those tests are shown as ignored, and fail if they are asked for all the same.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod attack;
mod cookies;
mod csrf;
mod forge;
mod http;
mod jwt;
mod login;
mod planted;
mod refresh;
mod secrets;
mod sessions;
mod start;
mod target;
mod throttle;
mod timing;

use std::process::ExitCode;
use std::sync::Arc;

use accounts_testkit::{Backend, Case, Load, Suite};

use attack::Attack;
use target::{Setup, Targets};

/// A case: what is tried, on which service.
type Action = Box<dyn Fn(&Attack<'_>) + Send>;

/// The cases of one store, while they are collected.
struct Cases {
    backend: Backend,
    targets: Arc<Targets>,
    list: Vec<Case>,
}

impl Cases {
    fn add(
        &mut self,
        group: &str,
        name: &str,
        setup: Setup,
        act: impl Fn(&Attack<'_>) + Send + 'static,
    ) {
        let (backend, targets) = (self.backend, Arc::clone(&self.targets));
        let act: Action = Box::new(act);
        let run = move || targets.with(setup, |target| Attack::play(target, &*act));
        let case = Case::new(format!("{backend}::{group}::{name}"), run);
        self.list.push(case.needs_backend(backend));
    }
}

/// Adds functions as cases under their own names.
macro_rules! add {
    ($cases:expr, $group:literal, $setup:expr, [$($case:ident),+ $(,)?]) => {
        $($cases.add($group, stringify!($case), $setup, $case);)+
    };
}
use add;

fn main() -> ExitCode {
    let mut suite = Suite::new();
    suite.group(Load::Computing, "start", start::cases());
    let (arithmetic, times) = timing::cases();
    suite.group(Load::Computing, "timing", arithmetic);
    for backend in Backend::ALL {
        let mut cases = Cases {
            backend,
            targets: Arc::new(Targets::new(backend)),
            list: Vec::new(),
        };
        jwt::add_to(&mut cases);
        cookies::add_to(&mut cases);
        csrf::add_to(&mut cases);
        login::add_to(&mut cases);
        planted::add_to(&mut cases);
        refresh::add_to(&mut cases);
        sessions::add_to(&mut cases);
        throttle::add_to(&mut cases);
        http::add_to(&mut cases);
        secrets::add_to(&mut cases);
        suite.add(Load::Computing, cases.list);
    }
    // The services end with the last case that holds them.
    suite.group(Load::Alone, "timing", times);
    suite.run()
}
