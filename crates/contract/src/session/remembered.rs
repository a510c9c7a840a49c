//! Sessions that outlive their browser, and sessions that do not: what the login chose is kept, and
//! decides when the session ends unused.

use chrono::{DateTime, TimeDelta, Utc};

use crate::Store;
use crate::fixture::{FREELY, add_user, at, hash, policy, presented, session, stored};
use rocket_accounts_core::domain::session::{Ended, Generation, RevocationReason, Session};
use rocket_accounts_core::domain::user::User;
use rocket_accounts_core::store::{PasswordChange, Refreshed, Successor};

fn new(number: u128, user: &User, remembered: bool) -> Session {
    let known = session(number, user, at(0));
    Session::open(known.id, user, known.client, remembered, &policy(), at(0))
}

async fn insert(store: &Store, session: &Session) {
    let inserted = store.insert_session(session, FREELY).await;
    inserted.expect("a new session is inserted");
}

async fn refresh(store: &Store, session: &Session, now: DateTime<Utc>) -> Refreshed {
    let presented = presented(session, session.generation.0);
    let refreshed = store.refresh(presented, &policy(), now).await;
    refreshed.expect("a refresh is answered")
}

/// Through every step that changes a session, and where another one takes its place.
pub async fn a_session_stays_as_remembered_as_it_was_opened(store: Store) {
    let mut ada = add_user(&store, 1, "ada").await;
    for (number, remembered) in [(1, true), (11, false)] {
        let session = new(number, &ada, remembered);
        insert(&store, &session).await;
        let id = session.id;
        let rotated = store.rotate(&session.rotation(&policy(), at(20))).await;
        assert!(rotated.expect("rotates"));
        let next = Generation(2);
        let again = store.hand_out_again(id, next, at(30)).await;
        assert!(again.expect("hands out again"));
        assert!(store.confirm(id, next, at(31)).await.expect("confirms"));
        let proved = store.reauthenticate(id, at(32)).await;
        assert!(proved.expect("notes the proof"));
        assert_eq!(stored(&store, id).await.remembered, remembered);

        let successor = new(number + 1, &ada, remembered);
        let change = PasswordChange {
            user_id: ada.id,
            expected: None,
            hash: hash("new"),
            successor: Some(Successor {
                session: successor.clone(),
                replaces: id,
            }),
            now: at(40),
        };
        store.change_password(change).await.expect("changes");
        assert_eq!(stored(&store, successor.id).await.remembered, remembered);
        let reason = RevocationReason::Logout;
        let revoked = store.revoke(successor.id, reason, at(50)).await;
        assert!(revoked.expect("revokes"));
        assert_eq!(stored(&store, successor.id).await.remembered, remembered);
        ada = crate::fixture::stored_user(&store, ada.id).await;
    }
}

/// Counted anew from each rotation.
pub async fn each_kind_of_session_has_an_idle_end_of_its_own(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    for (number, remembered) in [(1, true), (2, false)] {
        let idle = policy().idle_for(remembered);
        let mut session = new(number, &ada, remembered);
        insert(&store, &session).await;
        let mut now = at(0);
        for _ in 0..2 {
            now += idle - TimeDelta::seconds(1);
            let refreshed = refresh(&store, &session, now).await;
            assert!(matches!(refreshed, Refreshed::Rotated(..)), "{refreshed:?}");
            session = stored(&store, session.id).await;
            assert_eq!(session.idle_expires_at, now + idle, "{remembered}");
        }
        let refreshed = refresh(&store, &session, now + idle).await;
        assert_eq!(refreshed, Refreshed::Ended(Ended::Expired), "{remembered}");
    }
}

/// A version that knows no such sessions gives them the idle end of all others; the next
/// refresh by one that does takes it back.
pub async fn a_longer_end_of_an_older_version_goes_with_a_refresh(store: Store) {
    let ada = add_user(&store, 1, "ada").await;
    let session = new(1, &ada, false);
    insert(&store, &session).await;
    let mut rotation = session.rotation(&policy(), at(20));
    rotation.idle_expires_at = at(20) + policy().idle;
    assert!(store.rotate(&rotation).await.expect("rotates"));
    let lengthened = stored(&store, session.id).await;
    assert_eq!(lengthened.idle_expires_at, at(20) + policy().idle);
    let refreshed = refresh(&store, &lengthened, at(60)).await;
    assert!(matches!(refreshed, Refreshed::Rotated(..)), "{refreshed:?}");
    let mended = stored(&store, session.id).await;
    assert_eq!(mended.idle_expires_at, at(60) + policy().idle_unremembered);
    assert!(!mended.remembered);
}
