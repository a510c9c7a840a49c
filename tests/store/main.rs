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
mod own_users;
mod privacy;
mod schema;
mod upgrades;

use std::future::Future;
use std::process::ExitCode;

use accounts_testkit::{Case, Load, Suite};
use rocket_accounts_contract as contract;

use backend::{Backend, FreshBackend};

fn main() -> ExitCode {
    let mut suite = Suite::new();
    for backend in Backend::ALL {
        suite.add(Load::Computing, contract_on(backend));
    }
    suite.add(Load::Computing, schema::cases());
    suite.add(Load::Computing, privacy::cases());
    suite.add(Load::Computing, outage::cases());
    suite.add(Load::Computing, coherence::cases());
    suite.group(Load::Computing, "upgrades", upgrades::cases());
    suite.group(Load::Computing, "own_users", own_users::cases());
    suite.run()
}

/// Every clause of the contract.
fn contract_on(backend: Backend) -> Vec<Case> {
    let mut cases = Vec::new();
    for clause in contract::clauses() {
        let name = format!("{backend}::{clause}");
        cases.push(case(backend, name, move |fresh: FreshBackend| async move {
            clause.run(fresh.store().await).await;
        }));
    }
    if backend == Backend::SplitStore {
        // Accounts alone are split.
        return cases;
    }
    for clause in contract::throttle_clauses() {
        let name = format!("{backend}::{clause}");
        cases.push(case(backend, name, move |fresh: FreshBackend| async move {
            clause.run(fresh.throttle().await).await;
        }));
    }
    for clause in contract::ring_clauses() {
        let name = format!("{backend}::{clause}");
        cases.push(case(backend, name, move |fresh: FreshBackend| async move {
            clause.run(fresh.ring().await).await;
        }));
    }
    cases
}

/// A test on a fresh backend, which is cleared away however the test ends.
fn case<F, T>(backend: Backend, name: String, test: T) -> Case
where
    F: Future<Output = ()> + Send + 'static,
    T: FnOnce(FreshBackend) -> F + Send + 'static,
{
    let run = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .enable_all()
            .build();
        let outcome = runtime.unwrap().block_on(async {
            let fresh = backend.fresh().await;
            let outcome = tokio::spawn(test(fresh.clone())).await;
            fresh.clear().await;
            outcome
        });
        if let Err(error) = outcome {
            std::panic::resume_unwind(error.into_panic());
        }
    };
    Case::new(name, run).needs("TEST_POSTGRES_URL", backend.is_available())
}

/// The test `$test` on both kinds of database.
macro_rules! on_databases {
    ($($test:ident),+ $(,)?) => {
        [$crate::backend::Backend::Sqlite, $crate::backend::Backend::Postgres]
            .into_iter()
            .flat_map(|backend| {
                [$($crate::case(
                    backend,
                    format!("{backend}::{}", stringify!($test)),
                    $test,
                )),+]
            })
    };
}
use on_databases;
