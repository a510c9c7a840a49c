//! The two compare-and-sets under a refresh.

use crate::Store;
use crate::fixture::{add_user, at, at_micros, open, policy, session_id, stored};
use rocket_accounts_core::domain::session::{Generation, Rotation, Session};

/// And to its handing out. The state is the one that the domain computes; a stale rotation
/// changes nothing.
pub async fn a_rotation_applies_to_its_generation_only(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let first = open(&store, 1, &ada, at(0)).await;
    let other = open(&store, 2, &ada, at(0)).await;
    let confirmed = store.confirm(first.id, first.generation, at(1)).await;
    assert!(confirmed.expect("confirms"));
    let before = stored(&store, first.id).await;
    let rotation = before.rotation(&policy(), at_micros(5_000_001));
    for from in [0, 2, 3] {
        let stale = Rotation {
            from: Generation(from),
            ..rotation
        };
        let rotated = store.rotate(&stale).await.expect("answers");
        assert!(!rotated, "from generation {from} of 1");
    }
    let stale = Rotation {
        handed_out_at: at_micros(-1),
        ..rotation
    };
    let rotated = store.rotate(&stale).await.expect("answers");
    assert!(!rotated, "handed out again meanwhile");
    assert_eq!(stored(&store, first.id).await, before);
    assert!(store.rotate(&rotation).await.expect("rotates"));
    assert_eq!(stored(&store, first.id).await, before.rotated(&rotation));
    let again = store.rotate(&rotation).await.expect("answers");
    assert!(!again, "the same step twice");
    assert_eq!(stored(&store, other.id).await, other);
    let unknown = Rotation {
        id: session_id(3),
        ..rotation
    };
    assert!(!store.rotate(&unknown).await.expect("answers"));
}

/// Older and future generations do not count; the first use is dated, the second changes nothing.
pub async fn the_newest_generation_is_confirmed_once(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let first = open(&store, 1, &ada, at(0)).await;
    let rotation = first.rotation(&policy(), at(1));
    assert!(store.rotate(&rotation).await.expect("rotates"));
    let before = stored(&store, first.id).await;
    for generation in [0, 1, 3] {
        let confirmed = store.confirm(first.id, Generation(generation), at(2)).await;
        assert!(!confirmed.expect("answers"), "generation {generation} of 2");
    }
    assert_eq!(stored(&store, first.id).await, before);
    let confirmed = store.confirm(first.id, Generation(2), at_micros(7)).await;
    assert!(confirmed.expect("confirms"));
    let expected = Session {
        confirmed: true,
        last_used_at: at_micros(7),
        ..before
    };
    assert_eq!(stored(&store, first.id).await, expected);
    let again = store.confirm(first.id, Generation(2), at(9)).await;
    assert!(!again.expect("answers"), "twice");
    assert_eq!(stored(&store, first.id).await, expected);
    let unknown = store.confirm(session_id(2), Generation(1), at(1)).await;
    assert!(!unknown.expect("answers"));
}

/// While it is unseen; only the instant of the handing out moves.
pub async fn the_newest_generation_is_handed_out_again_until_it_is_seen(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let first = open(&store, 1, &ada, at(0)).await;
    let other = open(&store, 2, &ada, at(0)).await;
    let rotation = first.rotation(&policy(), at(1));
    assert!(store.rotate(&rotation).await.expect("rotates"));
    let before = stored(&store, first.id).await;
    let hand_out = |id, generation, now| store.hand_out_again(id, Generation(generation), now);
    for generation in [0, 1, 3] {
        let noted = hand_out(first.id, generation, at(2)).await;
        assert!(!noted.expect("answers"), "generation {generation} of 2");
    }
    assert_eq!(stored(&store, first.id).await, before);
    for now in [at_micros(7_000_001), at(900)] {
        let noted = hand_out(first.id, 2, now).await;
        assert!(noted.expect("notes"), "{now}");
        let expected = before.clone().handed_out_again(now);
        assert_eq!(stored(&store, first.id).await, expected);
    }
    let confirmed = store.confirm(first.id, Generation(2), at(901)).await;
    assert!(confirmed.expect("confirms"));
    let seen = stored(&store, first.id).await;
    let noted = hand_out(first.id, 2, at(902)).await;
    assert!(!noted.expect("answers"), "after it was seen");
    assert_eq!(stored(&store, first.id).await, seen);
    assert_eq!(stored(&store, other.id).await, other);
    let unknown = hand_out(session_id(3), 1, at(1)).await;
    assert!(!unknown.expect("answers"));
}
