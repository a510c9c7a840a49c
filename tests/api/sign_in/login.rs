//! `POST auth/login/`.

use chrono::{DateTime, TimeDelta, Utc};
use rocket_accounts::domain::clock::Clock;
use rocket_accounts::domain::credentials::PasswordHash;
use serde_json::json;

use crate::support::{Call, PASSWORD, TestApp};

#[rocket::async_test]
async fn login_starts_a_session_and_says_until_when() {
    let app = TestApp::new().await;
    let user = app.user("Ada").await;
    let browser = app.browser();
    let answer = browser.log_in("Ada").await;
    answer.expect_ok();
    let expected = json!({
        "id": user.id, "username": "Ada", "first_name": "Ada", "last_name": "Lovelace",
    });
    assert_eq!(answer.body["user"], expected);
    let time = |name: &str| {
        answer.body[name]
            .as_str()
            .unwrap()
            .parse::<DateTime<Utc>>()
            .unwrap()
    };
    let now = app.clock.now();
    assert_eq!(time("access_expires_at"), now + TimeDelta::minutes(15));
    assert_eq!(time("refresh_expires_at"), now + TimeDelta::days(30));
    assert!(
        answer.body["access_expires_at"]
            .as_str()
            .unwrap()
            .ends_with('Z')
    );
    assert!(answer.body["session_id"].is_string());
    assert_eq!(answer.body.as_object().unwrap().len(), 4);
    assert_eq!(browser.cookies().len(), 3);
    browser.get("user/").await.expect_ok();
}

#[rocket::async_test]
async fn usernames_match_in_any_letter_case_and_passwords_in_none_but_theirs() {
    let app = TestApp::new().await;
    app.user("Ada").await;
    app.browser().log_in("aDA").await.expect_ok();
    for wrong in [
        PASSWORD.to_uppercase(),
        format!(" {PASSWORD}"),
        format!("{PASSWORD} "),
        "x".to_owned(),
    ] {
        let answer = app.browser().log_in_with("ada", &wrong).await;
        answer.expect_refusal(401, "invalid_credentials");
    }
}

#[rocket::async_test]
async fn failures_are_not_to_be_told_apart() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let disabled = app.user("disabled").await;
    app.accounts().set_active(disabled.id, false).await.unwrap();
    let unusable = app.user("unusable").await;
    let account = app
        .store()
        .find_account_by_id(unusable.id)
        .await
        .unwrap()
        .unwrap();
    let foreign = PasswordHash::new("md5$salt$hash".to_owned());
    let old = account.password_hash.unwrap();
    app.store()
        .upgrade_hash(unusable.id, &old, &foreign)
        .await
        .unwrap();

    let mut answers = Vec::new();
    for (name, password) in [
        ("ada", "wrong password"),
        ("nobody", PASSWORD),
        ("disabled", PASSWORD),
        ("disabled", "wrong password"),
        ("unusable", PASSWORD),
        ("not a possible name!", PASSWORD),
        ("  not@possible !", PASSWORD),
    ] {
        let before = app.accounts().hashes_computed();
        let answer = app.browser().log_in_with(name, password).await;
        answer.expect_refusal(401, "invalid_credentials");
        assert_eq!(app.accounts().hashes_computed() - before, 1, "{name}");
        answers.push((answer.text, answer.headers));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:#?}"
    );
}

#[rocket::async_test]
async fn unknown_fields_are_ignored_and_bad_ones_reported_together() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let extra = json!({"username": "ada", "password": PASSWORD, "remember": true, "next": {}});
    app.browser().post("auth/login/", &extra).await.expect_ok();

    let answer = app
        .browser()
        .post("auth/login/", &json!({"password": 5}))
        .await;
    answer.expect_refusal(400, "invalid_fields");
    let errors = json!({
        "username": ["Username is required"],
        "password": ["Password must be a string"],
    });
    assert_eq!(answer.body["errors"], errors);
}

#[rocket::async_test]
async fn limits_are_checked_before_look_up_and_hashing() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let before = app.accounts().hashes_computed();
    let long = "x".repeat(257);
    for (name, password, field) in [
        ("ada", long.as_str(), "password"),
        ("nobody", long.as_str(), "password"),
        ("ada", "", "password"),
        ("ada", "nul\0", "password"),
        ("ada\0", PASSWORD, "username"),
        (&"a".repeat(151), PASSWORD, "username"),
    ] {
        let answer = app.browser().log_in_with(name, password).await;
        answer.expect_refusal(400, "invalid_fields");
        let errors = answer.body["errors"].as_object().unwrap();
        assert_eq!(errors.keys().collect::<Vec<_>>(), [field]);
    }
    assert_eq!(app.accounts().hashes_computed(), before);
}

#[rocket::async_test]
async fn passwords_differ_at_every_byte() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let long = "correct horse battery staple ".repeat(9)[..250].to_owned();
    app.accounts()
        .set_password(ada.id, &app.new_password(&long))
        .await
        .unwrap();
    app.browser().log_in_with("ada", &long).await.expect_ok();
    for at in [72, 73, 199, 249] {
        let mut other = long.clone().into_bytes();
        other[at] = b'#';
        let other = String::from_utf8(other).unwrap();
        let answer = app.browser().log_in_with("ada", &other).await;
        answer.expect_refusal(401, "invalid_credentials");
    }
}

#[rocket::async_test]
async fn a_hash_of_another_cost_is_upgraded_once() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let stored = async || {
        let account = app
            .store()
            .find_account_by_id(ada.id)
            .await
            .unwrap()
            .unwrap();
        account.password_hash.unwrap()
    };
    // Argon2id of the password, with 32 KiB instead of the configured 64.
    let cheap = PasswordHash::new(cheap_hash());
    app.store()
        .upgrade_hash(ada.id, &stored().await, &cheap)
        .await
        .unwrap();
    app.browser()
        .log_in_with("ada", "wrong")
        .await
        .expect_refusal(401, "invalid_credentials");
    assert_eq!(stored().await, cheap);
    app.browser().log_in("ada").await.expect_ok();
    let upgraded = stored().await;
    assert!(upgraded.expose().contains("m=64,t=1,p=1"), "not upgraded");
    app.browser().log_in("ada").await.expect_ok();
    assert_eq!(stored().await, upgraded);
}

fn cheap_hash() -> String {
    use rocket_accounts::crypto::password::{HashingOptions, Passwords};
    use rocket_accounts::domain::credentials::Password;
    let options = HashingOptions {
        memory_kib: 32,
        iterations: 1,
        ..HashingOptions::default()
    };
    let passwords = Passwords::new(options).unwrap();
    let password = Password::parse(PASSWORD.into()).unwrap();
    let hash = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime
            .unwrap()
            .block_on(passwords.hash(&password))
            .unwrap()
    });
    hash.join().unwrap().expose().to_owned()
}

#[rocket::async_test]
async fn a_login_from_another_site_is_refused() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let body = json!({"username": "ada", "password": PASSWORD});
    let call = Call::post("auth/login/")
        .json(&body)
        .header("Sec-Fetch-Site", "cross-site");
    let answer = app.browser().send(call).await;
    answer.expect_refusal(403, "csrf_failed");
}
