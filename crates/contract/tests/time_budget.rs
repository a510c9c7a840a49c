//! The contract with calls that share the time budget of a request. The stores themselves are tested
//! by the suite `store` of `rocket-accounts`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use rocket_accounts_core::store::memory::MemoryStore;
use rocket_accounts_core::store::{BudgetedStore, time_budget};

fn run(work: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all().build().unwrap().block_on(work);
}

/// Each call is delegated to the same one, also within a request.
#[test]
fn a_patient_store_keeps_the_contract() {
    for clause in rocket_accounts_contract::clauses() {
        let store = Arc::new(BudgetedStore::new(Arc::new(MemoryStore::default())));
        run(time_budget::of_request(clause.run(store)));
    }
}
