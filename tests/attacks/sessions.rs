//! Sessions of others, and sessions that are over.

use accounts_testkit::PASSWORD;
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::attack::{Attack, proof, sessions_of};
use crate::target::Setup;

/// Ways to write the victim's session in a path; `{}` is its identifier.
const PATHS: [(&str, &str, u16, &str); 9] = [
    ("plain", "{}", 404, "not_found"),
    ("in_braces", "%7B{}%7D", 404, "not_found"),
    ("as_urn", "urn:uuid:{}", 404, "not_found"),
    ("in_capitals", "{UPPER}", 404, "not_found"),
    ("without_dashes", "{BARE}", 404, "not_found"),
    ("with_dots", "../sessions/{}", 404, "not_found"),
    ("with_nul", "{}%00", 404, "not_found"),
    ("with_list", "{},{}", 404, "not_found"),
    ("with_sql", "{}'%20OR%20'1'='1", 404, "not_found"),
];

pub(crate) fn add_to(cases: &mut Cases) {
    for (name, pattern, status, code) in PATHS {
        let name = format!("of_somebody_else_{name}");
        cases.add("sessions", &name, Setup::Plain, move |attack| {
            let bare = attack.session.replace('-', "");
            let path = pattern.replace("{UPPER}", &attack.session.to_uppercase());
            let path = path.replace("{BARE}", &bare).replace("{}", &attack.session);
            end_as_somebody_else(attack, &path, status, code);
        });
    }
    add!(
        cases,
        "sessions",
        Setup::Plain,
        [
            a_session_of_others_is_as_unknown_as_any,
            the_list_shows_nobody_elses,
            ending_all_others_ends_ones_own_alone,
            logging_out_everywhere_ends_ones_own_alone,
            a_logout_needs_the_tokens_of_the_session,
            after_a_logout_no_token_works,
            after_a_password_change_stolen_tokens_are_dead,
            a_stolen_session_cannot_change_the_password,
            a_stolen_session_cannot_delete_the_account,
            one_accounts_password_proves_nothing_for_another,
            the_list_tells_no_secret,
        ]
    );
}

fn end_as_somebody_else(attack: &Attack<'_>, path: &str, status: u16, code: &str) {
    let (mut mallory, _) = attack.other_user();
    let request = mallory.unsafe_request("DELETE", &format!("sessions/{path}/"));
    attack.refused_untouched(request, status, code);
    mallory.get("user/").expect(200);
}

fn a_session_of_others_is_as_unknown_as_any(attack: &Attack<'_>) {
    let (mallory, _) = attack.other_user();
    let end = |id: &str| {
        let path = format!("sessions/{id}/");
        crate::attack::seen(mallory.unsafe_request("DELETE", &path).send())
    };
    assert_eq!(
        end(&attack.session),
        end("6d0a2d0e-27b3-4a6e-9d49-4ee8f2f2a7c1")
    );
}

fn the_list_shows_nobody_elses(attack: &Attack<'_>) {
    let (mut mallory, _) = attack.other_user();
    let own = sessions_of(&mut mallory);
    assert!(own.len() == 1 && own[0] != attack.session, "{own:?}");
    let user = attack.access().claims["sub"].as_str().unwrap().to_owned();
    for query in [
        format!("?user={user}"),
        format!("?user_id={user}"),
        "?all=true".to_owned(),
    ] {
        let list = mallory.get(&format!("sessions/{query}")).expect(200);
        assert!(!list.text.contains(&attack.session), "{list:#?}");
        assert!(list.text.contains(&own[0]), "{list:#?}");
    }
}

fn ending_all_others_ends_ones_own_alone(attack: &Attack<'_>) {
    let (mut mallory, name) = attack.other_user();
    let mut other = attack.browser();
    other.log_in(&name).expect(200);
    mallory.delete("sessions/").expect(204);
    other.get("user/").expect_problem(401, "session_ended");
    assert_eq!(sessions_of(&mut mallory).len(), 1);
    expect_victim_signed_in(attack);
}

fn logging_out_everywhere_ends_ones_own_alone(attack: &Attack<'_>) {
    let (mallory, name) = attack.other_user();
    let mut other = attack.browser();
    other.log_in(&name).expect(200);
    let mut own = mallory.clone();
    own.post_nothing("auth/logout/?everywhere=true").expect(200);
    assert_eq!(own.cookie_names(), Vec::<&str>::new());
    for mut ended in [mallory, other] {
        let refresh = ended.unsafe_request("POST", "auth/refresh_token/");
        attack.refused(refresh, 401, "session_ended");
        ended.get("user/").expect_problem(401, "session_ended");
    }
    expect_victim_signed_in(attack);
}

#[track_caller]
fn expect_victim_signed_in(attack: &Attack<'_>) {
    let user = attack.victim.request("GET", "user/").send().expect(200);
    assert_eq!(user.member("username"), attack.name);
}

fn a_logout_needs_the_tokens_of_the_session(attack: &Attack<'_>) {
    let (mallory, _) = attack.other_user();
    let cookies = format!(
        "access_token={}; csrftoken={}",
        attack.cookie("access_token"),
        mallory.cookie("csrftoken").unwrap()
    );
    let request = attack
        .request("POST", "auth/logout/")
        .header("Cookie", cookies);
    let request = request.header("X-CSRFToken", mallory.cookie("csrftoken").unwrap());
    attack.refused_untouched(request, 403, "csrf_failed");
    // An identifier is no token.
    let path = format!("auth/logout/?sid={}", attack.session);
    attack
        .request("POST", &path)
        .json(&json!({"session": attack.session}))
        .send()
        .expect(200);
}

fn after_a_logout_no_token_works(attack: &Attack<'_>) {
    let (mut browser, _) = attack.other_user();
    let thief = browser.clone();
    browser.log_out().expect(200);
    for request in [
        thief.request("GET", "user/"),
        thief.request("POST", "auth/refresh_token/"),
        thief
            .unsafe_request("PATCH", "user/")
            .json(&json!({"first_name": "Eve"})),
    ] {
        attack.refused(request, 401, "session_ended");
    }
    let bearer = format!("Bearer {}", thief.cookie("access_token").unwrap());
    let request = attack
        .request("GET", "user/")
        .header("Authorization", bearer);
    attack.refused_untouched(request, 401, "session_ended");
    thief.clone().log_out().expect(200);
}

fn after_a_password_change_stolen_tokens_are_dead(attack: &Attack<'_>) {
    let (mut browser, _) = attack.other_user();
    let thief = browser.clone();
    let body = json!({"current_password": PASSWORD, "new_password": "a wholly other passphrase"});
    browser.post("user/password/", &body).expect(200);
    attack.refused(thief.request("GET", "user/"), 401, "session_ended");
    attack.refused(
        thief.request("POST", "auth/refresh_token/"),
        401,
        "session_ended",
    );
    browser.get("user/").expect(200);
}

fn a_stolen_session_cannot_change_the_password(attack: &Attack<'_>) {
    for current in [
        "",
        " ",
        "wrong",
        &PASSWORD.to_uppercase(),
        &format!("{PASSWORD} "),
    ] {
        let body =
            json!({"current_password": current, "new_password": "a wholly other passphrase"});
        let request = attack
            .victim
            .unsafe_request("POST", "user/password/")
            .json(&body);
        attack.refused_untouched(request, 400, "invalid_fields");
    }
}

fn a_stolen_session_cannot_delete_the_account(attack: &Attack<'_>) {
    for body in [
        json!({}),
        json!({"password": ""}),
        json!({"password": "wrong"}),
        json!({"password": null}),
    ] {
        let request = attack.victim.unsafe_request("DELETE", "user/").json(&body);
        attack.refused_untouched(request, 400, "invalid_fields");
    }
}

fn one_accounts_password_proves_nothing_for_another(attack: &Attack<'_>) {
    let (mut mallory, _) = attack.other_user();
    let new = "another fine passphrase here";
    let body = json!({"current_password": PASSWORD, "new_password": new});
    mallory.post("user/password/", &body).expect(200);
    let request = attack.victim.unsafe_request("DELETE", "user/");
    let request = request.json(&json!({ "password": new }));
    attack.refused_untouched(request, 400, "invalid_fields");
    let request = attack.login(&attack.name, new);
    attack.refused_untouched(request, 401, "invalid_credentials");
    let answer = mallory
        .unsafe_request("POST", "auth/reauthenticate/")
        .json(&proof())
        .send();
    answer.expect_problem(400, "invalid_fields");
}

fn the_list_tells_no_secret(attack: &Attack<'_>) {
    let answer = attack.victim.clone().get("sessions/").expect(200);
    for member in ["gen", "generation", "jti", "token", "epoch", "hash"] {
        assert!(!answer.text.contains(&format!("\"{member}")), "{answer:#?}");
    }
    for name in ["access_token", "refresh_token"] {
        assert!(!answer.text.contains(attack.cookie(name)), "{answer:#?}");
    }
}
