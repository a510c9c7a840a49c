//! The contract on every store, and what only a database can do wrong. One named test a clause
//! and backend.
//!
//! Postgres is taken from `TEST_POSTGRES_URL`, the URL of a role that may create schemas.
//! Without it the Postgres tests are shown as ignored, and fail if they are asked for all the
//! same.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test panics when it fails"
)]

mod backend;
mod coherence;
mod outage;
mod privacy;
mod schema;

use std::future::Future;
use std::process::ExitCode;

use accounts_testkit::Needs;
use libtest_mimic::{Arguments, Trial};
use rocket_accounts::store::contract;

use backend::{Backend, Fresh};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for backend in Backend::ALL {
        for clause in contract::clauses() {
            let name = format!("{backend}::{clause}");
            trials.push(trial(backend, name, move |fresh: Fresh| async move {
                clause.run(fresh.store().await).await;
            }));
        }
    }
    for backend in [Backend::Memory, Backend::Sqlite, Backend::Postgres] {
        for clause in contract::throttle_clauses() {
            let name = format!("{backend}::{clause}");
            trials.push(trial(backend, name, move |fresh: Fresh| async move {
                clause.run(fresh.throttle().await).await;
            }));
        }
    }
    for backend in [Backend::Memory, Backend::Sqlite, Backend::Postgres] {
        for clause in contract::ring_clauses() {
            let name = format!("{backend}::{clause}");
            trials.push(trial(backend, name, move |fresh: Fresh| async move {
                clause.run(fresh.ring().await).await;
            }));
        }
    }
    trials.extend(schema::trials());
    trials.extend(privacy::trials());
    trials.extend(outage::trials());
    trials.extend(coherence::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test on a fresh backend, which is cleared away however the test ends.
fn trial<F, T>(backend: Backend, name: String, test: T) -> Trial
where
    F: Future<Output = ()> + Send + 'static,
    T: FnOnce(Fresh) -> F + Send + 'static,
{
    let run = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .enable_all()
            .build()?;
        let outcome = runtime.block_on(async {
            let fresh = backend.fresh().await;
            let outcome = tokio::spawn(test(fresh.clone())).await;
            fresh.clear().await;
            outcome
        });
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    };
    Trial::test(name, run).needs("TEST_POSTGRES_URL", backend.is_there())
}

/// The test `$test` on both kinds of database.
macro_rules! on_databases {
    ($($test:ident),+ $(,)?) => {
        [$crate::backend::Backend::Sqlite, $crate::backend::Backend::Postgres]
            .into_iter()
            .flat_map(|backend| {
                [$($crate::trial(
                    backend,
                    format!("{backend}::{}", stringify!($test)),
                    $test,
                )),+]
            })
    };
}
use on_databases;
