//! What a replica forgets, and when.

use chrono::TimeDelta;
use rocket_accounts::domain::credentials::Username;
use rocket_accounts::domain::session::{RevocationReason, Session};
use rocket_accounts::domain::user::{User, UserId};
use rocket_accounts::store::cache::MAX_STALENESS;
use rocket_accounts::store::{AccountStore, NewUser, SessionStore, UserStore};
use sea_orm::ConnectionTrait;

use super::{POLICY, gone, open, sign_in, two};
use crate::backend::FreshBackend;

pub(super) async fn a_replica_forgets_what_another_one_ends(fresh: FreshBackend) {
    let (here, there) = two(&fresh).await;
    let (user, first) = sign_in(&here.store).await;
    let now = user.created_at;
    let logout = RevocationReason::Logout;

    gone(&there, &first, here.store.revoke(first.id, logout, now)).await;

    let session = open(&here.store, &user).await;
    gone(
        &there,
        &session,
        here.store.reauthenticate(session.id, now + MAX_STALENESS),
    )
    .await;
    let names = here.store.update_names(user.id, Some("Grace"), None, now);
    gone(&there, &session, names).await;
    gone(&there, &session, here.store.disable_user(user.id, now)).await;
    let enabled = here
        .store
        .set_active(user.id, true, now)
        .await
        .unwrap()
        .unwrap();
    let session = open(&here.store, &enabled).await;
    gone(&there, &session, here.store.delete_account(user.id)).await;
    let found = there.store.find_session_with_user(session.id).await;
    assert!(found.unwrap().is_none());
}

pub(super) async fn what_this_replica_changes_it_forgets_at_once(fresh: FreshBackend) {
    let (here, _there) = two(&fresh).await;
    let (user, first) = sign_in(&here.store).await;
    let now = user.created_at;
    // Before anything can have been heard: the next line after the call.
    here.warm(&first).await;
    let reason = RevocationReason::Logout;
    here.store.revoke(first.id, reason, now).await.unwrap();
    assert!(here.store.cached_session(first.id).is_none());

    let session = open(&here.store, &user).await;
    here.warm(&session).await;
    here.store.disable_user(user.id, now).await.unwrap();
    assert!(here.store.cached_session(session.id).is_none());
    here.store.set_active(user.id, true, now).await.unwrap();

    let user = here.store.find_user(user.id).await.unwrap().unwrap();
    let session = open(&here.store, &user).await;
    here.warm(&session).await;
    let other = open(&here.store, &user).await;
    assert!(
        here.store.cached_session(session.id).is_none(),
        "a login may evict"
    );
    here.warm(&session).await;
    let reason = RevocationReason::EndedByUser;
    let ended = here
        .store
        .revoke_for_user(user.id, Some(other.id), reason, now);
    assert_eq!(ended.await.unwrap(), 1);
    assert!(here.store.cached_session(session.id).is_none());
    here.warm(&other).await;
    here.store.delete_account(user.id).await.unwrap();
    assert!(here.store.cached_session(other.id).is_none());
}

/// By another version, or by hand: whatever ends a session, or could.
pub(super) async fn changes_past_every_store_are_heard(fresh: FreshBackend) {
    const CHANGES: [&str; 12] = [
        "UPDATE accounts_user SET is_active = false",
        "UPDATE accounts_session SET revoked_at = now()",
        "UPDATE accounts_session SET absolute_expires_at = '1970-01-01Z'",
        "UPDATE accounts_session SET idle_expires_at = '1970-01-01Z'",
        "UPDATE accounts_session SET credential_epoch = credential_epoch + 1",
        "UPDATE accounts_session SET generation = 0",
        "UPDATE accounts_session SET user_id = '00000000-0000-0000-0000-000000000001'",
        "UPDATE accounts_session SET id = '00000000-0000-0000-0000-000000000001'",
        "TRUNCATE accounts_session",
        "TRUNCATE accounts_user",
        "SET session_replication_role = replica; DELETE FROM accounts_session",
        "SET session_replication_role = replica; DELETE FROM accounts_user",
    ];
    let (here, _there) = two(&fresh).await;
    for sql in CHANGES {
        let (user, session) = sign_in(&here.store).await;
        let raw = fresh.raw().await;
        let change = async { raw.execute_unprepared(sql).await.unwrap() };
        println!("{sql}");
        gone(&here, &session, change).await;
        let stored = here.store.find_session_with_user(session.id).await.unwrap();
        let now = user.created_at + TimeDelta::seconds(1);
        let is_live = |(session, user): (Session, User)| session.ended(&user, now).is_none();
        let is_generation = sql.contains("generation");
        assert_eq!(stored.is_some_and(is_live), is_generation, "{sql}");
        raw.execute_unprepared("DELETE FROM accounts_session; DELETE FROM accounts_user")
            .await
            .unwrap();
    }
}

/// It ends nothing, and is what happens most.
pub(super) async fn a_rotation_is_not_told(fresh: FreshBackend) {
    let (here, there) = two(&fresh).await;
    let (user, session) = sign_in(&here.store).await;
    let grace = NewUser {
        id: UserId(uuid::Uuid::from_u128(2)),
        username: Username::parse("grace").unwrap(),
        ..crate::privacy::user()
    };
    let grace = here.store.insert_user(grace).await.unwrap();
    let other = open(&here.store, &grace).await;
    there.warm(&session).await;
    let rotation = session.rotation(&POLICY, user.created_at + MAX_STALENESS);
    assert!(here.store.rotate(&rotation).await.unwrap());
    // What was committed later has been heard.
    let logout = RevocationReason::Logout;
    let later = here.store.revoke(other.id, logout, user.created_at);
    gone(&there, &other, later).await;
    assert!(there.store.cached_session(session.id).is_some());
}
