//! Every way in which a session is ended, and what is heard of it.

use chrono::TimeDelta;
use rocket::http::Method;
use rocket_accounts::Accounts;
use rocket_accounts::auth::SecurityEvent;
use rocket_accounts::domain::revocation::RevocationReason;
use rocket_accounts::domain::session::SessionId;
use rocket_accounts::store::{Admission, Displaced};
use serde_json::json;

use crate::support::{Browser, Call, PASSWORD, RecordedEvents, TestApp};

const NEW: &str = "a much better pass phrase";

/// Ends the session of `browser` for this reason, and returns what is heard of it.
async fn end(
    app: &TestApp,
    browser: &Browser,
    id: SessionId,
    reason: RevocationReason,
) -> &'static str {
    use RevocationReason as R;
    let accounts = app.accounts();
    let user = accounts.find_user("ada").await.unwrap();
    let other = app.browser();
    other.log_in("ada").await.expect_ok();
    match reason {
        R::Logout => {
            browser.log_out().await.expect_ok();
            "logged_out"
        }
        R::Superseded => {
            browser.log_in("ada").await.expect_ok();
            "session_superseded"
        }
        R::Reuse => {
            let thief = browser.copy();
            browser.refresh().await.expect_ok();
            browser.get("user/").await.expect_ok();
            app.pass(TimeDelta::seconds(11));
            assert_eq!(thief.refresh().await.status.code, 401);
            "refresh_token_reuse"
        }
        R::PasswordChanged => {
            let change = json!({"current_password": PASSWORD, "new_password": NEW});
            other.post("user/password/", &change).await.expect_ok();
            "password_changed"
        }
        R::UserDisabled => {
            accounts.set_active(user.id, false).await.unwrap();
            "user_disabled"
        }
        R::EndedByUser => {
            let path = format!("sessions/{id}/");
            let answer = other.send(Call::new(Method::Delete, &path)).await;
            assert_eq!(answer.status.code, 204, "{answer:#?}");
            "session_ended"
        }
        R::EndedByOperator => {
            assert!(accounts.end_session_of(&user, id).await.unwrap());
            assert!(!accounts.end_session_of(&user, id).await.unwrap());
            "sessions_ended"
        }
        R::Evicted => {
            app.pass(TimeDelta::seconds(1));
            other.refresh().await.expect_ok();
            app.browser().log_in("ada").await.expect_ok();
            "session_evicted"
        }
        R::Ahead => {
            // The store goes back in time.
            let session = app.store().find_session(id).await.unwrap().unwrap();
            browser.refresh().await.expect_ok();
            app.store().delete_for_user(user.id).await.unwrap();
            let admission = Admission {
                cap: 20,
                replaces: None,
            };
            let inserted = app.store().insert_session(&session, admission).await;
            assert_eq!(inserted.unwrap(), Displaced::default());
            assert_eq!(browser.refresh().await.status.code, 401);
            "refresh_token_from_the_future"
        }
        _ => unreachable!("{reason:?}"),
    }
}

/// Each is an event, with the reason that the store keeps.
#[rocket::async_test]
async fn each_end_of_a_session_is_heard() {
    for reason in RevocationReason::ALL {
        // No route of this version writes it.
        if reason == RevocationReason::Other {
            continue;
        }
        let events = RecordedEvents::default();
        let builder = Accounts::builder().event_sink(events.clone());
        let app = TestApp::built("session = { cap = 2 }", builder, |rocket| rocket).await;
        let browser = app.signed_in("ada").await;
        let user = app.accounts().find_user("ada").await.unwrap().id;
        let id = browser.session_id().await;
        app.pass(TimeDelta::seconds(1));
        let expected = end(&app, &browser, id, reason).await;
        let is_it = |event: &&SecurityEvent| event.kind.name() == expected;
        let events = events.take();
        let found: Vec<_> = events.iter().filter(is_it).collect();
        assert_eq!(found.len(), 1, "{reason:?}: {events:#?}");
        assert_eq!(found[0].user_id, Some(user), "{reason:?}");
        let stored = app.store().find_session(id).await.unwrap().unwrap();
        let revoked = stored.revocation.map(|revocation| revocation.reason);
        assert_eq!(revoked, Some(reason));
    }
}
