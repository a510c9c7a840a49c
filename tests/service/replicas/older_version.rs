//! A replica of an earlier version beside one of this: what the new one writes, the old one reads.

use std::time::{Duration, Instant};

use accounts_testkit::{Browser, DirectConnection, PASSWORD, RunningService, TestService};
use rocket_accounts::domain::revocation::RevocationReason;
use serde_json::json;

/// Ends a session here that the other replica knows.
type End = fn(&mut Browser);

const ENDS: [(&str, End); 4] = [
    ("logout", |ada| drop(ada.log_out().expect(200))),
    ("superseded", |ada| {
        let name = ada.get("user/").expect(200).member("username");
        ada.log_in(&name).expect(200);
    }),
    ("password", |ada| {
        let change =
            json!({ "current_password": PASSWORD, "new_password": "a much better pass phrase" });
        ada.post("user/password/", &change).expect(200);
    }),
    ("deleted", |ada| {
        let leave = ada.unsafe_request("DELETE", "user/");
        ada.send(leave.json(&json!({ "password": PASSWORD })))
            .expect(204);
    }),
];

/// Whatever ends a session here is 401 there, and never an error.
pub(crate) fn expect_compatible(fixture: &TestService, new: &RunningService, old: &RunningService) {
    for (name, end) in ENDS {
        let mut ada = signed_in(new, old, name);
        let mut there = ada.clone();
        there.move_to(old.client());
        end(&mut ada);
        is_over(&mut there, name);
    }
    let database = DirectConnection::at(&fixture.schema().unwrap().url());
    for reason in RevocationReason::ALL {
        // It stands for what is not known, and is not written.
        if reason == RevocationReason::Other {
            continue;
        }
        let name = format!("by-{}", reason.as_str());
        let mut there = signed_in(new, old, &name);
        there.move_to(old.client());
        database.execute(&format!(
            "UPDATE accounts_session SET revoked_at = now(), revocation_reason = '{}' \
             WHERE user_id = (SELECT id FROM accounts_user WHERE username_key = '{name}')",
            reason.as_str()
        ));
        is_over(&mut there, &name);
    }
    // And the other way round.
    let mut bob = signed_in(old, new, "bob");
    let mut there = bob.clone();
    there.move_to(new.client());
    bob.log_out().expect(200);
    is_over(&mut there, "bob");
}

/// Registered here, refreshed there and here, and known to both.
fn signed_in(here: &RunningService, there: &RunningService, name: &str) -> Browser {
    let mut browser = here.browser();
    browser.register(name).expect(201);
    for replica in [there, here] {
        browser.move_to(replica.client());
        browser.refresh().expect(200);
        browser.get("sessions/").expect(200);
        browser.get("user/").expect(200);
    }
    browser
}

fn is_over(browser: &mut Browser, what: &str) {
    let start = Instant::now();
    let answer = loop {
        let answer = browser.clone().get("user/");
        if answer.status != 200 {
            break answer;
        }
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{what}: it goes on"
        );
    };
    for answer in [answer, browser.refresh()] {
        let reported = (answer.status, answer.member("code"));
        assert_eq!(reported, (401, "session_ended".to_owned()), "{what}");
    }
}
