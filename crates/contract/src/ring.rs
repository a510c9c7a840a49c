//! The record of the key ring: one, replaced by compare-and-set.

use std::sync::Arc;

use super::Ring;
use super::fixture::{at, count, race};
use rocket_accounts_core::domain::ring::{KeyId, RingIds};
use rocket_accounts_core::store::{RingRecord, RingStore};

fn ring(names: &[&str]) -> RingIds {
    let mut ids = names.iter().map(|name| KeyId::from((*name).to_owned()));
    RingIds {
        active: ids.next().expect("a name"),
        others: ids.collect(),
    }
}

async fn replace(store: &Ring, expected: Option<i64>, names: &[&str]) -> bool {
    let replaced = store.replace_ring(expected, &ring(names), at(0)).await;
    replaced.expect("a record is judged")
}

async fn found(store: &Ring) -> RingRecord {
    let found = store.find_ring().await.expect("a look-up works");
    found.expect("there is a record")
}

/// And nothing can be replaced.
pub async fn nothing_is_recorded_at_first(store: Ring) {
    assert_eq!(store.find_ring().await.expect("looks"), None);
    assert!(!replace(&store, Some(1), &["a"]).await);
    assert!(!replace(&store, Some(0), &["a"]).await);
    assert_eq!(store.find_ring().await.expect("looks"), None);
}

/// With all names in their order, and with none beside the active one.
pub async fn what_was_recorded_is_found(store: Ring) {
    for names in [&["b", "-c_", "a", "Zz9", "0"][..], &["a"]] {
        let before = store.find_ring().await.expect("looks");
        let revision = before.map(|record| record.revision);
        assert!(replace(&store, revision, names).await);
        assert_eq!(found(&store).await.ring, ring(names));
    }
}

/// Each change has a revision of its own, also one back to a ring that was in force before.
pub async fn a_record_is_replaced_only_as_it_was_seen(store: Ring) {
    assert!(replace(&store, None, &["a"]).await);
    assert!(!replace(&store, None, &["x"]).await);
    let first = found(&store).await;
    assert!(replace(&store, Some(first.revision), &["b", "a"]).await);
    let second = found(&store).await;
    assert!(replace(&store, Some(second.revision), &["a"]).await);
    let third = found(&store).await;
    assert_eq!(third.ring, first.ring);
    for stale in [None, Some(first.revision), Some(second.revision)] {
        assert!(!replace(&store, stale, &["x"]).await, "{stale:?}");
    }
    assert_eq!(found(&store).await, third);
}

async fn one_of_many(store: Ring, expected: Option<i64>) {
    let step = |store: Arc<dyn RingStore>, racer: usize| async move {
        let name = format!("k{racer}");
        let won = replace(&store, expected, &[&name]).await;
        (name, won)
    };
    let answers = race(&store, step).await;
    assert_eq!(count(&answers, |(_, won)| *won), 1, "{answers:?}");
    let recorded = found(&store).await.ring;
    let winner = answers.iter().find(|(_, won)| *won);
    let winner = winner.map(|(name, _)| name.as_str());
    assert_eq!(Some(recorded.active.as_str()), winner);
}

/// The others get the answer that they were too late.
pub async fn one_of_many_records_the_first_ring(store: Ring) {
    one_of_many(store, None).await;
}

/// Also where there was one before.
pub async fn one_of_many_replaces_a_ring(store: Ring) {
    assert!(replace(&store, None, &["a"]).await);
    let revision = found(&store).await.revision;
    one_of_many(store, Some(revision)).await;
}
