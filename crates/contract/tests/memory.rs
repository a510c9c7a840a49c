//! The in-memory store keeps the contract, alone and with bounded calls.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use rocket_accounts_core::store::memory::{MemoryStore, MemoryThrottle};
use rocket_accounts_core::store::{BudgetedStore, MemoryRing, time_budget};

fn run(work: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all().build().unwrap().block_on(work);
}

#[test]
fn the_memory_store_keeps_the_contract() {
    for clause in rocket_accounts_contract::clauses() {
        run(clause.run(Arc::new(MemoryStore::default())));
    }
    for clause in rocket_accounts_contract::throttle_clauses() {
        run(clause.run(Arc::new(MemoryThrottle::default())));
    }
    for clause in rocket_accounts_contract::ring_clauses() {
        run(clause.run(Arc::new(MemoryRing::default())));
    }
}

/// Each call is delegated to the same one, also within a request.
#[test]
fn a_patient_store_keeps_the_contract() {
    for clause in rocket_accounts_contract::clauses() {
        let store = Arc::new(BudgetedStore::new(Arc::new(MemoryStore::default())));
        run(time_budget::of_request(clause.run(store)));
    }
}
