//! Sessions of others, and sessions that are over.

use accounts_testkit::PASSWORD;
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::ground::Setup;
use crate::scene::{Scene, proof, sessions_of};

/// Ways to write the victim's session in a path; `{}` is its identifier.
const PATHS: [(&str, &str); 9] = [
    ("plain", "{}"),
    ("in_braces", "%7B{}%7D"),
    ("as_urn", "urn:uuid:{}"),
    ("in_capitals", "{UPPER}"),
    ("without_dashes", "{BARE}"),
    ("with_dots", "../sessions/{}"),
    ("with_nul", "{}%00"),
    ("with_list", "{},{}"),
    ("with_sql", "{}'%20OR%20'1'='1"),
];

pub(crate) fn add_to(cases: &mut Cases) {
    for (name, pattern) in PATHS {
        let name = format!("of_somebody_else_{name}");
        cases.add("sessions", &name, Setup::Plain, move |scene| {
            let bare = scene.session.replace('-', "");
            let path = pattern.replace("{UPPER}", &scene.session.to_uppercase());
            let path = path.replace("{BARE}", &bare).replace("{}", &scene.session);
            end_as_somebody_else(scene, &path);
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

fn end_as_somebody_else(scene: &Scene<'_>, path: &str) {
    let (mut mallory, _) = scene.somebody();
    let request = mallory.unsafe_request("DELETE", &format!("sessions/{path}/"));
    let answer = request.send();
    assert!([400, 404].contains(&answer.status), "{answer:#?}");
    crate::scene::expect_refusal(&answer);
    mallory.get("user/").expect(200);
}

fn a_session_of_others_is_as_unknown_as_any(scene: &Scene<'_>) {
    let (mallory, _) = scene.somebody();
    let end = |id: &str| {
        let path = format!("sessions/{id}/");
        crate::scene::seen(mallory.unsafe_request("DELETE", &path).send())
    };
    assert_eq!(
        end(&scene.session),
        end("6d0a2d0e-27b3-4a6e-9d49-4ee8f2f2a7c1")
    );
}

fn the_list_shows_nobody_elses(scene: &Scene<'_>) {
    let (mut mallory, _) = scene.somebody();
    assert!(!sessions_of(&mut mallory).contains(&scene.session));
    let user = scene.access().claims["sub"].as_str().unwrap().to_owned();
    for query in [
        format!("?user={user}"),
        format!("?user_id={user}"),
        "?all=true".to_owned(),
    ] {
        let list = mallory.get(&format!("sessions/{query}")).expect(200);
        assert!(!list.text.contains(&scene.session), "{list:#?}");
    }
}

fn ending_all_others_ends_ones_own_alone(scene: &Scene<'_>) {
    let (mut mallory, name) = scene.somebody();
    scene.browser().log_in(&name).expect(200);
    mallory.delete("sessions/").expect(204);
    assert_eq!(sessions_of(&mut mallory).len(), 1);
}

fn logging_out_everywhere_ends_ones_own_alone(scene: &Scene<'_>) {
    let (mut mallory, _) = scene.somebody();
    mallory
        .post_nothing("auth/logout/?everywhere=true")
        .expect(200);
}

fn a_logout_needs_the_tokens_of_the_session(scene: &Scene<'_>) {
    let (mallory, _) = scene.somebody();
    let cookies = format!(
        "access_token={}; csrftoken={}",
        scene.cookie("access_token"),
        mallory.cookie("csrftoken").unwrap()
    );
    let request = scene
        .request("POST", "auth/logout/")
        .header("Cookie", cookies);
    let request = request.header("X-CSRFToken", mallory.cookie("csrftoken").unwrap());
    scene.refused_untouched(request, 403, "csrf_failed");
    // An identifier is no token.
    let path = format!("auth/logout/?sid={}", scene.session);
    scene
        .request("POST", &path)
        .json(&json!({"session": scene.session}))
        .send()
        .expect(200);
}

fn after_a_logout_no_token_works(scene: &Scene<'_>) {
    let (mut browser, _) = scene.somebody();
    let thief = browser.clone();
    browser.log_out().expect(200);
    for request in [
        thief.request("GET", "user/"),
        thief.request("POST", "auth/refresh_token/"),
        thief
            .unsafe_request("PATCH", "user/")
            .json(&json!({"first_name": "Eve"})),
    ] {
        scene.refused(request, 401, "session_ended");
    }
    let bearer = format!("Bearer {}", thief.cookie("access_token").unwrap());
    let request = scene
        .request("GET", "user/")
        .header("Authorization", bearer);
    scene.refused_untouched(request, 401, "session_ended");
    thief.clone().log_out().expect(200);
}

fn after_a_password_change_stolen_tokens_are_dead(scene: &Scene<'_>) {
    let (mut browser, _) = scene.somebody();
    let thief = browser.clone();
    let body = json!({"current_password": PASSWORD, "new_password": "a wholly other passphrase"});
    browser.post("user/password/", &body).expect(200);
    scene.refused(thief.request("GET", "user/"), 401, "session_ended");
    scene.refused(
        thief.request("POST", "auth/refresh_token/"),
        401,
        "session_ended",
    );
    browser.get("user/").expect(200);
}

fn a_stolen_session_cannot_change_the_password(scene: &Scene<'_>) {
    for current in [
        "",
        " ",
        "wrong",
        &PASSWORD.to_uppercase(),
        &format!("{PASSWORD} "),
    ] {
        let body =
            json!({"current_password": current, "new_password": "a wholly other passphrase"});
        let request = scene
            .victim
            .unsafe_request("POST", "user/password/")
            .json(&body);
        scene.refused_untouched(request, 400, "invalid_fields");
    }
}

fn a_stolen_session_cannot_delete_the_account(scene: &Scene<'_>) {
    for body in [
        json!({}),
        json!({"password": ""}),
        json!({"password": "wrong"}),
        json!({"password": null}),
    ] {
        let request = scene.victim.unsafe_request("DELETE", "user/").json(&body);
        scene.refused_untouched(request, 400, "invalid_fields");
    }
}

fn one_accounts_password_proves_nothing_for_another(scene: &Scene<'_>) {
    let (mut mallory, _) = scene.somebody();
    let new = "another fine passphrase here";
    let body = json!({"current_password": PASSWORD, "new_password": new});
    mallory.post("user/password/", &body).expect(200);
    let request = scene.victim.unsafe_request("DELETE", "user/");
    let request = request.json(&json!({ "password": new }));
    scene.refused_untouched(request, 400, "invalid_fields");
    let request = scene.login(&scene.name, new);
    scene.refused_untouched(request, 401, "invalid_credentials");
    let answer = mallory
        .unsafe_request("POST", "auth/reauthenticate/")
        .json(&proof())
        .send();
    answer.expect_problem(400, "invalid_fields");
}

fn the_list_tells_no_secret(scene: &Scene<'_>) {
    let answer = scene.victim.clone().get("sessions/").expect(200);
    for member in ["gen", "generation", "jti", "token", "epoch", "hash"] {
        assert!(!answer.text.contains(&format!("\"{member}")), "{answer:#?}");
    }
    for name in ["access_token", "refresh_token"] {
        assert!(!answer.text.contains(scene.cookie(name)), "{answer:#?}");
    }
}
