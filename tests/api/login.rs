//! `POST auth/login/`.

use chrono::{DateTime, TimeDelta, Utc};
use rocket_accounts::domain::clock::Clock;
use rocket_accounts::domain::credentials::PasswordHash;
use serde_json::json;

use crate::actor::Call;
use crate::world::{PASSWORD, World};

#[rocket::async_test]
async fn login_starts_a_session_and_says_until_when() {
    let world = World::new().await;
    let user = world.user("Ada").await;
    let browser = world.browser();
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
    let now = world.clock.now();
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
    let world = World::new().await;
    world.user("Ada").await;
    world.browser().log_in("aDA").await.expect_ok();
    for wrong in [
        PASSWORD.to_uppercase(),
        format!(" {PASSWORD}"),
        format!("{PASSWORD} "),
        "x".to_owned(),
    ] {
        let answer = world.browser().log_in_with("ada", &wrong).await;
        answer.expect_refusal(401, "invalid_credentials");
    }
}

#[rocket::async_test]
async fn failures_are_not_to_be_told_apart() {
    let world = World::new().await;
    world.user("ada").await;
    let disabled = world.user("disabled").await;
    world
        .accounts()
        .set_active(disabled.id, false)
        .await
        .unwrap();
    let unusable = world.user("unusable").await;
    let account = world
        .store()
        .find_account_by_id(unusable.id)
        .await
        .unwrap()
        .unwrap();
    let foreign = PasswordHash::new("md5$salt$hash".to_owned());
    let old = account.password_hash.unwrap();
    world
        .store()
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
        let before = world.accounts().hashes_computed();
        let answer = world.browser().log_in_with(name, password).await;
        answer.expect_refusal(401, "invalid_credentials");
        assert_eq!(world.accounts().hashes_computed() - before, 1, "{name}");
        answers.push((answer.text, answer.headers));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:#?}"
    );
}

#[rocket::async_test]
async fn unknown_fields_are_ignored_and_bad_ones_reported_together() {
    let world = World::new().await;
    world.user("ada").await;
    let extra = json!({"username": "ada", "password": PASSWORD, "remember": true, "next": {}});
    world
        .browser()
        .post("auth/login/", &extra)
        .await
        .expect_ok();

    let answer = world
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
    let world = World::new().await;
    world.user("ada").await;
    let before = world.accounts().hashes_computed();
    let long = "x".repeat(257);
    for (name, password, field) in [
        ("ada", long.as_str(), "password"),
        ("nobody", long.as_str(), "password"),
        ("ada", "", "password"),
        ("ada", "nul\0", "password"),
        ("ada\0", PASSWORD, "username"),
        (&"a".repeat(151), PASSWORD, "username"),
    ] {
        let answer = world.browser().log_in_with(name, password).await;
        answer.expect_refusal(400, "invalid_fields");
        let errors = answer.body["errors"].as_object().unwrap();
        assert_eq!(errors.keys().collect::<Vec<_>>(), [field]);
    }
    assert_eq!(world.accounts().hashes_computed(), before);
}

#[rocket::async_test]
async fn passwords_differ_at_every_byte() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let long = "correct horse battery staple ".repeat(9)[..250].to_owned();
    world
        .accounts()
        .set_password(ada.id, &world.new_password(&long))
        .await
        .unwrap();
    world.browser().log_in_with("ada", &long).await.expect_ok();
    for at in [72, 73, 199, 249] {
        let mut other = long.clone().into_bytes();
        other[at] = b'#';
        let other = String::from_utf8(other).unwrap();
        let answer = world.browser().log_in_with("ada", &other).await;
        answer.expect_refusal(401, "invalid_credentials");
    }
}

#[rocket::async_test]
async fn login_works_whatever_the_cookies_are() {
    let world = World::new().await;
    world.user("ada").await;
    let browser = world.browser();
    for value in ["garbage", "a.b.c", "\"quoted\"", "%00", "="] {
        browser.plant("access_token", value, "/");
        browser.plant("access_token", value, "/accounts/");
        browser.plant("refresh_token", value, "/");
        browser.plant("csrftoken", value, "/accounts");
        browser.log_in("ada").await.expect_ok();
    }
}

#[rocket::async_test]
async fn login_replaces_the_session_of_the_same_browser() {
    let world = World::new().await;
    let browser = world.signed_in("ada").await;
    let before = browser.copy();
    let other = world.browser();
    other.log_in("ada").await.expect_ok();

    let first = browser.cookie("access_token");
    let csrf = browser.cookie("csrftoken");
    browser.log_in("ada").await.expect_ok();
    assert_ne!(browser.cookie("access_token"), first);
    assert_ne!(
        browser.cookie("csrftoken"),
        csrf,
        "the CSRF token changes with the session"
    );

    browser.get("user/").await.expect_ok();
    other.get("user/").await.expect_ok();
    // Nothing is cleared: the browser that sends the old cookie holds newer ones by now.
    before
        .get("user/")
        .await
        .expect_refusal(401, "session_ended");
}

#[rocket::async_test]
async fn a_planted_session_is_not_adopted() {
    let world = World::new().await;
    let mallory = world.signed_in("mallory").await;
    world.user("ada").await;
    let victim = world.browser();
    for name in ["access_token", "refresh_token"] {
        victim.plant(name, &mallory.cookie(name).unwrap(), "/");
    }
    let answer = victim.log_in("ada").await;
    assert_eq!(answer.expect_ok().body["user"]["username"], "ada");
    let sid = victim.get("user/").await;
    assert_eq!(sid.body["username"], "ada");
}

#[rocket::async_test]
async fn the_oldest_used_session_makes_room() {
    let world = World::with("session = { cap = 2 }").await;
    world.user("ada").await;
    let (one, two, three) = (world.browser(), world.browser(), world.browser());
    one.log_in("ada").await.expect_ok();
    world.pass(TimeDelta::minutes(1));
    two.log_in("ada").await.expect_ok();
    world.pass(TimeDelta::minutes(1));
    one.refresh().await.expect_ok();
    world.pass(TimeDelta::minutes(1));
    three.log_in("ada").await.expect_ok();
    one.get("user/").await.expect_ok();
    let all = ["access_token", "csrftoken", "refresh_token"];
    two.get("user/")
        .await
        .expect_refusal_clearing(401, "session_ended", &all);
}

#[rocket::async_test]
async fn a_hash_of_another_cost_is_upgraded_once() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let stored = async || {
        let account = world
            .store()
            .find_account_by_id(ada.id)
            .await
            .unwrap()
            .unwrap();
        account.password_hash.unwrap()
    };
    // Argon2id of the password, with 32 KiB instead of the configured 64.
    let cheap = PasswordHash::new(cheap_hash());
    world
        .store()
        .upgrade_hash(ada.id, &stored().await, &cheap)
        .await
        .unwrap();
    world
        .browser()
        .log_in_with("ada", "wrong")
        .await
        .expect_refusal(401, "invalid_credentials");
    assert_eq!(stored().await, cheap);
    world.browser().log_in("ada").await.expect_ok();
    let upgraded = stored().await;
    assert!(upgraded.expose().contains("m=64,t=1,p=1"), "not upgraded");
    world.browser().log_in("ada").await.expect_ok();
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
    let world = World::new().await;
    world.user("ada").await;
    let body = json!({"username": "ada", "password": PASSWORD});
    let call = Call::post("auth/login/")
        .json(&body)
        .header("Sec-Fetch-Site", "cross-site");
    let answer = world.browser().send(call).await;
    answer.expect_refusal(403, "csrf_failed");
}
