//! Ending all sessions, which needs a recent confirmation of the password.

use chrono::TimeDelta;
use rocket::http::Method;
use serde_json::json;

use super::{ALL, end, two_sessions};
use crate::support::{Call, PASSWORD, TestApp};

/// A clock that was ahead when the password was proved does not make the proof last longer. A minute
/// is what the clocks of replicas may differ by.
#[rocket::async_test]
async fn a_proof_from_the_future_is_none() {
    let app = TestApp::new().await;
    let browser = app.signed_in("ada").await;
    let id = browser.session_id().await;
    let everywhere = || Call::post("auth/logout/?everywhere");
    let prove_in = async |seconds| {
        let at = app.accounts().now() + TimeDelta::seconds(seconds);
        assert!(app.store().reauthenticate(id, at).await.unwrap());
    };
    prove_in(61).await;
    let answer = browser.send(everywhere()).await;
    answer.expect_refusal(403, "reauthentication_required");
    prove_in(60).await;
    browser.send(everywhere()).await.expect_ok();
}

#[rocket::async_test]
async fn ending_others_needs_a_fresh_proof_of_the_password() {
    let app = TestApp::new().await;
    let (one, two) = two_sessions(&app).await;
    let other = two.session_id().await.to_string();
    app.pass(TimeDelta::minutes(11));
    for call in [
        end(&other),
        Call::new(Method::Delete, "sessions/"),
        Call::post("auth/logout/?everywhere"),
        Call::post("auth/logout/?everywhere=true"),
    ] {
        one.send(call)
            .await
            .expect_refusal(403, "reauthentication_required");
    }
    two.get("user/").await.expect_ok();

    let wrong = one
        .post("auth/reauthenticate/", &json!({"password": "wrong"}))
        .await;
    wrong.expect_refusal(400, "invalid_fields");
    one.send(end(&other))
        .await
        .expect_refusal(403, "reauthentication_required");

    one.post("auth/reauthenticate/", &json!({"password": PASSWORD}))
        .await
        .expect_ok();
    assert_eq!(one.send(end(&other)).await.status.code, 204);
    // A refresh is no proof; the proof outlives it and then runs out.
    app.pass(TimeDelta::minutes(9));
    one.refresh().await.expect_ok();
    assert_eq!(
        one.send(Call::new(Method::Delete, "sessions/"))
            .await
            .status
            .code,
        204
    );
    app.pass(TimeDelta::minutes(2));
    let call = Call::new(Method::Delete, "sessions/");
    one.send(call)
        .await
        .expect_refusal(403, "reauthentication_required");
}

#[rocket::async_test]
async fn logout_everywhere_ends_all() {
    let app = TestApp::new().await;
    let (one, two) = two_sessions(&app).await;
    let call = Call::post("auth/logout/?everywhere").without_csrf_token();
    one.send(call).await.expect_refusal(403, "csrf_failed");
    let call = Call::post("auth/logout/?everywhere=False");
    one.send(call).await.expect_refusal(400, "bad_request");
    let call = Call::post("auth/logout/?everywhere=perhaps");
    one.send(call).await.expect_refusal(400, "bad_request");
    two.get("user/").await.expect_ok();
    let answer = one.send(Call::post("auth/logout/?everywhere")).await;
    answer.expect_ok();
    assert_eq!(answer.cleared(), ALL);
    two.get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &ALL);
    two.refresh()
        .await
        .expect_refusal(401, "refresh_token_missing");
    one.get("user/")
        .await
        .expect_refusal(401, "not_authenticated");
}
