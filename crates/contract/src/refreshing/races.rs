//! Many at once: each step has one winner.

use crate::Store;
use crate::fixture::{
    FREELY, RACERS, add_user, at, count, hash, is_live, new_user, open, policy, presented, race,
    session, session_id, stored,
};
use rocket_accounts_core::domain::session::{Generation, RevocationReason};
use rocket_accounts_core::store::{Error, Presented, Refreshed};

/// In any letter case; the others get an error that it is taken.
pub async fn one_of_many_gets_the_username(store: Store) {
    let answers = race(&store, |store, racer| async move {
        let name = ["ada", "Ada", "aDa", "ADA"][racer % 4];
        store.insert_user(new_user(racer as u128 + 1, name)).await
    })
    .await;
    assert_eq!(count(&answers, Result::is_ok), 1, "{answers:?}");
    let refused = |answer: &_| matches!(answer, Err(Error::UsernameTaken));
    assert_eq!(count(&answers, refused), RACERS - 1, "{answers:?}");
    assert_eq!(store.list_users(None, 100).await.expect("lists").len(), 1);
}

/// One step forward, not sixteen.
pub async fn one_of_many_rotates(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let before = open(&store, 1, &ada, at(0)).await;
    let rotation = before.rotation(&policy(), at(1));
    let answers = race(&store, |store, _| async move {
        store.rotate(&rotation).await.expect("answers")
    })
    .await;
    assert_eq!(count(&answers, |won| *won), 1);
    assert_eq!(stored(&store, before.id).await, before.rotated(&rotation));
}

/// One rotates, the others repeat, and no client is logged out.
pub async fn one_of_many_refreshes_and_all_get_its_successor(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let before = open(&store, 1, &ada, at(0)).await;
    let token = presented(&before, 1);
    let answers = race(&store, |store, _| async move {
        store
            .refresh(token, &policy(), at(1))
            .await
            .expect("answers")
    })
    .await;
    let expected = before.clone().rotated(&before.rotation(&policy(), at(1)));
    let rotated = Refreshed::Rotated(Box::new(expected.clone()), ada.clone());
    let repeated = Refreshed::Repeated(Box::new(expected.clone()), ada);
    assert_eq!(count(&answers, |a| *a == rotated), 1, "{answers:?}");
    assert_eq!(
        count(&answers, |a| *a == repeated),
        RACERS - 1,
        "{answers:?}"
    );
    assert_eq!(stored(&store, before.id).await, expected);
}

/// Half present the newest token, half the one before, as tabs do that wake up together: all stay
/// signed in, and the generation is seen once.
pub async fn tokens_of_two_generations_at_once_end_nothing(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let first = open(&store, 1, &ada, at(0)).await;
    let rotation = first.rotation(&policy(), at(1));
    assert!(store.rotate(&rotation).await.expect("rotates"));
    let answers = race(&store, |store, racer| async move {
        let token = Presented {
            session_id: rotation.id,
            generation: Generation(1 + i64::from(racer % 2 == 0)),
        };
        let answer = store.refresh(token, &policy(), at(2)).await;
        answer.expect("answers")
    })
    .await;
    let seen = first.rotated(&rotation).seen(at(2));
    let kept = Refreshed::Kept(Box::new(seen.clone()), ada);
    assert_eq!(count(&answers, |a| *a == kept), RACERS / 2, "{answers:?}");
    let repeated = |a: &_| matches!(a, Refreshed::Repeated(..));
    assert_eq!(count(&answers, repeated), RACERS / 2, "{answers:?}");
    assert_eq!(stored(&store, seen.id).await, seen);
}

/// The answer of a rotation was lost, and all tabs come back with the spent token.
pub async fn one_of_many_hands_out_again_and_all_get_the_successor(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let first = open(&store, 1, &ada, at(0)).await;
    let rotation = first.rotation(&policy(), at(1));
    assert!(store.rotate(&rotation).await.expect("rotates"));
    let token = presented(&first, 1);
    let answers = race(&store, |store, _| async move {
        let answer = store.refresh(token, &policy(), at(900)).await;
        answer.expect("answers")
    })
    .await;
    let expected = first.rotated(&rotation).handed_out_again(at(900));
    let repeated = Refreshed::Repeated(Box::new(expected.clone()), ada);
    assert_eq!(count(&answers, |a| *a == repeated), RACERS, "{answers:?}");
    assert_eq!(stored(&store, expected.id).await, expected);
}

/// One alarm for one incident.
pub async fn one_of_many_reports_reuse_first(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = open(&store, 1, &ada, at(0)).await;
    let rotation = session.rotation(&policy(), at(1));
    assert!(store.rotate(&rotation).await.expect("rotates"));
    let confirmed = store.confirm(session.id, Generation(2), at(2)).await;
    assert!(confirmed.expect("confirms"));
    let token = presented(&session, 1);
    let answers = race(&store, |store, _| async move {
        store
            .refresh(token, &policy(), at(60))
            .await
            .expect("answers")
    })
    .await;
    let first = |a: &_| matches!(a, Refreshed::Reused { first: true, .. });
    assert_eq!(count(&answers, first), 1, "{answers:?}");
    let refused = |a: &_| matches!(a, Refreshed::Reused { .. } | Refreshed::Ended(_));
    assert_eq!(count(&answers, refused), RACERS, "{answers:?}");
    assert!(!is_live(&store, session.id, at(60)).await);
}

/// One caller ended it.
pub async fn one_of_many_revokes(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = open(&store, 1, &ada, at(0)).await;
    let answers = race(&store, |store, racer| async move {
        let reason = RevocationReason::ALL[racer % RevocationReason::ALL.len()];
        let won = store.revoke(session_id(1), reason, at(1)).await;
        won.expect("answers").then_some(reason)
    })
    .await;
    assert_eq!(count(&answers, Option::is_some), 1, "{answers:?}");
    let winner = answers.into_iter().flatten().next();
    let revocation = stored(&store, session.id).await.revocation;
    assert_eq!(revocation.map(|revocation| revocation.reason), winner);
}

/// One first sign.
pub async fn one_of_many_confirms(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = open(&store, 1, &ada, at(0)).await;
    let answers = race(&store, |store, _| async move {
        let won = store.confirm(session_id(1), Generation::FIRST, at(1)).await;
        won.expect("answers")
    })
    .await;
    assert_eq!(count(&answers, |won| *won), 1);
    assert!(stored(&store, session.id).await.confirmed);
}

/// One upgrade; the others find another hash than the one they verified.
pub async fn one_of_many_upgrades_the_hash(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let id = ada.id;
    let answers = race(&store, |store, racer| async move {
        let better = hash(&racer.to_string());
        let won = store.upgrade_hash(id, &hash("old"), &better).await;
        won.expect("answers").then_some(better)
    })
    .await;
    assert_eq!(count(&answers, Option::is_some), 1);
    let account = store.find_account_by_id(id).await.expect("finds");
    let account = account.expect("the account is there");
    assert_eq!(account.password_hash, answers.into_iter().flatten().next());
    assert_eq!(account.user, ada);
}

/// Half end it, half rotate it: it is over, and was rotated once at most.
pub async fn a_rotation_does_not_outlive_a_revocation(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let before = open(&store, 1, &ada, at(0)).await;
    let rotation = before.rotation(&policy(), at(1));
    let answers = race(&store, |store, racer| async move {
        let revokes = racer % 2 == 0;
        let won = if revokes {
            store
                .revoke(rotation.id, RevocationReason::Logout, at(1))
                .await
        } else {
            store.rotate(&rotation).await
        };
        (revokes, won.expect("answers"))
    })
    .await;
    assert_eq!(count(&answers, |a| *a == (true, true)), 1, "{answers:?}");
    let rotations = count(&answers, |a| *a == (false, true));
    assert!(rotations <= 1, "{answers:?}");
    let after = stored(&store, before.id).await;
    assert!(after.revocation.is_some());
    assert_eq!(after.generation.0, 1 + i64::from(rotations == 1));
}

/// Together as many as there were.
pub async fn purges_at_once_remove_each_session_once(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    for number in 1..=40 {
        let mut session = session(number, &ada, at(0));
        session.idle_expires_at = at(1);
        store
            .insert_session(&session, FREELY)
            .await
            .expect("inserts");
    }
    let answers = race(&store, |store, _| async move {
        store.purge(at(50), 10).await.expect("purges")
    })
    .await;
    assert!(answers.iter().all(|removed| *removed <= 10), "{answers:?}");
    let rest = store.purge(at(50), 100).await.expect("purges");
    assert_eq!(
        answers.iter().sum::<u64>() + rest,
        40,
        "{answers:?} + {rest}"
    );
}
