//! `examples/own_users`: its user store under the contract, and the application with its sessions
//! in each built-in store.
//!
//! Without `TEST_POSTGRES_URL` the Postgres tests are shown as ignored.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod host;
mod jwt;

#[path = "../../examples/own_users/main.rs"]
#[expect(dead_code, reason = "its main is for the example")]
mod example;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts::store::{SplitStore, contract};

use example::members::Members;

fn main() -> ExitCode {
    accounts_testkit::quiet();
    let arguments = Arguments::from_args();
    let mut trials: Vec<_> = contract::clauses().into_iter().map(clause).collect();
    trials.extend(host::trials());
    let name = "a_host_signs_with_an_algorithm_of_its_own";
    trials.push(Trial::test(name, || {
        jwt::a_host_signs_with_an_algorithm_of_its_own();
        Ok(())
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The example's users, with sessions in memory.
fn clause(clause: contract::Clause) -> Trial {
    Trial::test(format!("members::{clause}"), move || {
        // Several threads, so that the races are races.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .enable_all()
            .build()?;
        let (users, sessions) = (Members::default(), MemoryStore::default());
        let store = Arc::new(SplitStore::new(Arc::new(users), Arc::new(sessions)));
        runtime.block_on(clause.run(store));
        Ok(())
    })
}
