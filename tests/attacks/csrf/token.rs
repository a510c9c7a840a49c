//! Tokens that are not this session's, and requests without any.

use accounts_testkit::Request;
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::attack::{Attack, proof};
use crate::forge::{self, CSRF, key_for};
use crate::target::Setup;

pub(super) fn add_to(cases: &mut Cases) {
    add!(
        cases,
        "csrf",
        Setup::Plain,
        [
            no_route_acts_without_the_token,
            no_route_acts_with_the_cookie_alone,
            tokens_of_other_sessions,
            tokens_that_nobody_issued,
            a_token_in_another_place,
            a_token_twice,
            the_token_of_the_session_before,
        ]
    );
}

fn no_route_acts_without_the_token(attack: &Attack<'_>) {
    let mut bare = attack.victim.clone();
    bare.forget("csrftoken");
    for (path, method) in ROUTES {
        let request = bare.unsafe_request(method, path).json(&proof());
        attack.refused_untouched(request, 403, "csrf_failed");
    }
}

const ROUTES: [(&str, &str); 7] = [
    ("user/", "PATCH"),
    ("user/", "DELETE"),
    ("user/password/", "POST"),
    ("auth/reauthenticate/", "POST"),
    ("auth/logout/", "POST"),
    ("sessions/", "DELETE"),
    ("sessions/00000000-0000-4000-8000-000000000000/", "DELETE"),
];

/// What a page of another site can send: all cookies, no header.
fn no_route_acts_with_the_cookie_alone(attack: &Attack<'_>) {
    for (path, method) in ROUTES {
        let request = attack.victim.request(method, path).json(&proof());
        attack.refused_untouched(request, 403, "csrf_failed");
    }
}

/// A rename with the victim's access cookie and a CSRF pair.
fn rename(attack: &Attack<'_>, cookie: &str, header: &str) -> Request {
    let cookies = format!(
        "access_token={}; csrftoken={cookie}",
        attack.cookie("access_token")
    );
    let request = attack.request("PATCH", "user/").header("Cookie", cookies);
    request
        .header("X-CSRFToken", header)
        .json(&json!({ "first_name": "Eve" }))
}

fn tokens_of_other_sessions(attack: &Attack<'_>) {
    let (mallory, _) = attack.other_user();
    let for_nobody = attack.request("GET", "csrf_token/").send().expect(200);
    let for_nobody = for_nobody.member("token");
    let own = attack.cookie("csrftoken");
    for foreign in [mallory.cookie("csrftoken").unwrap(), &for_nobody] {
        for (cookie, header) in [(foreign, foreign), (own, foreign), (foreign, own)] {
            attack.refused_untouched(rename(attack, cookie, header), 403, "csrf_failed");
        }
    }
}

fn tokens_that_nobody_issued(attack: &Attack<'_>) {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let own = attack.cookie("csrftoken");
    let signed = |key: &[u8], subject: &[u8]| {
        URL_SAFE_NO_PAD.encode([subject, &forge::mac(key, subject)].concat())
    };
    let sid = attack.session.as_bytes();
    for forged in [
        String::new(),
        "x".to_owned(),
        "null".to_owned(),
        own[1..].to_owned(),
        format!("{own}="),
        format!("{own}AAAA"),
        own.to_lowercase(),
        "A".repeat(64),
        signed(&forge::secret(), &[7; 16]),
        signed(&key_for(forge::ACCESS), &[7; 16]),
        signed(&key_for(CSRF), &[7; 16]),
        signed(&key_for(CSRF), &sid[..16]),
        attack.cookie("access_token").to_owned(),
    ] {
        attack.refused_untouched(rename(attack, &forged, &forged), 403, "csrf_failed");
    }
}

fn a_token_in_another_place(attack: &Attack<'_>) {
    let token = attack.cookie("csrftoken");
    let rename = |path: &str| attack.victim.request("PATCH", path);
    let body = json!({ "first_name": "Eve" });
    for request in [
        rename(&format!("user/?csrfmiddlewaretoken={token}")).json(&body),
        rename(&format!("user/?X-CSRFToken={token}")).json(&body),
        rename("user/").json(&json!({"first_name": "Eve", "csrfmiddlewaretoken": token})),
        rename("user/").header("X-CSRF-Token", token).json(&body),
        rename("user/").header("X-XSRF-TOKEN", token).json(&body),
        rename("user/").header("csrftoken", token).json(&body),
    ] {
        attack.refused_untouched(request, 403, "csrf_failed");
    }
}

fn a_token_twice(attack: &Attack<'_>) {
    let token = attack.cookie("csrftoken");
    for two in [token, "x"] {
        let request = rename(attack, token, token).header("X-CSRFToken", two);
        attack.refused_untouched(request, 403, "csrf_failed");
    }
}

fn the_token_of_the_session_before(attack: &Attack<'_>) {
    let (mut browser, name) = attack.other_user();
    let old = browser.cookie("csrftoken").unwrap().to_owned();
    browser.log_in(&name).expect(200);
    assert_ne!(browser.cookie("csrftoken"), Some(&*old));
    let request = browser
        .request("PATCH", "user/")
        .header("X-CSRFToken", &old);
    let request = request.header("Cookie", format!("csrftoken={old}"));
    attack.refused_untouched(request.json(&json!({})), 403, "csrf_failed");
}
