//! What an operator has to do with: probes, shutdown, metrics, logs. The real binary on every
//! store; what needs Postgres is shown as ignored without `TEST_POSTGRES_URL`, what
//! needs `promtool` without that.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![expect(
    unreachable_pub,
    reason = "the modules of a test binary have no outside"
)]

mod alerts;
mod dashboard;
mod dry_run;
mod metrics;
mod probes;
mod series;
mod shutdown;
mod tracing;
mod unit;

use std::process::ExitCode;

use accounts_testkit::{Backend, Needs};
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = [
        probes::trials(),
        shutdown::trials(),
        metrics::trials(),
        series::trials(),
        dashboard::trials(),
        dry_run::trials(),
        alerts::trials(),
        tracing::trials(),
        unit::trials(),
    ];
    libtest_mimic::run(&arguments, trials.into_iter().flatten().collect()).exit_code()
}

fn trial(name: &str, backend: Backend, test: fn(Backend)) -> Trial {
    let run = move || {
        test(backend);
        Ok(())
    };
    Trial::test(format!("{backend}::{name}"), run).needs_backend(backend)
}

/// Each test on each of these stores.
macro_rules! trials {
    ($($test:ident on $backends:expr),+ $(,)?) => {{
        let mut trials = Vec::new();
        $(for backend in $backends {
            trials.push($crate::trial(stringify!($test), backend, $test));
        })+
        trials
    }};
}
use trials;
