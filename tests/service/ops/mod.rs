//! What an operator has to do with: probes, shutdown, metrics, logs. The real binary on every
//! store; what needs Postgres is shown as ignored without `TEST_POSTGRES_URL`, what
//! needs `promtool` without that.

mod alerts;
mod dashboard;
mod dry_run;
mod metrics;
mod probes;
mod series;
mod shutdown;
mod tracing;
mod unit;

use accounts_testkit::Case;

pub(crate) fn cases() -> Vec<Case> {
    let cases = [
        probes::cases(),
        shutdown::cases(),
        metrics::cases(),
        series::cases(),
        dashboard::cases(),
        dry_run::cases(),
        alerts::cases(),
        tracing::cases(),
        unit::cases(),
    ];
    cases.into_iter().flatten().collect()
}
