//! `examples/own_users`: its user store under the contract, and the application with its sessions
//! in each built-in store.
//!
//! Without `TEST_POSTGRES_URL` the Postgres tests are shown as ignored.

mod host;
mod jwt;

#[path = "../../../examples/own_users/main.rs"]
#[expect(dead_code, reason = "its main is for the example")]
mod example;

use std::sync::Arc;

use accounts_testkit::Case;
use rocket_accounts::store::SplitStore;
use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts_contract as contract;

use example::members::Members;

pub(crate) fn cases() -> Vec<Case> {
    accounts_testkit::quiet();
    let mut cases: Vec<_> = contract::clauses().into_iter().map(clause).collect();
    cases.extend(host::cases());
    cases.extend(jwt::cases());
    cases
}

/// The example's users, with sessions in memory.
fn clause(clause: contract::Clause) -> Case {
    Case::new(format!("members::{clause}"), move || {
        // Several threads, so that the races are races.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .enable_all()
            .build();
        let (users, sessions) = (Members::default(), MemoryStore::default());
        let store = Arc::new(SplitStore::new(Arc::new(users), Arc::new(sessions)));
        runtime.unwrap().block_on(clause.run(store));
    })
}
