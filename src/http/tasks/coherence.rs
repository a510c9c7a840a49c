//! Listens to the changes of other processes.

use rocket::fairing::AdHoc;

use super::background;
use rocket_accounts_store_sea::SeaStore;

/// Keeps the cache of the store coherent.
pub(in crate::http) fn stay_coherent(store: SeaStore) -> AdHoc {
    background("rocket-accounts: coherence", |_| {
        Some(Box::pin(async move { store.stay_coherent().await }))
    })
}
