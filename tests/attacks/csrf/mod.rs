//! Other sites that make the victim's browser act, and tokens that are not this session's.

mod method;
mod token;

use accounts_testkit::Request;
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::attack::{Attack, proof};
use crate::target::{Setup, TRUSTED};

/// Where a request says it comes from; `Origin` is written as `@`, `Sec-Fetch-Site` as it is.
const FOREIGN: [(&str, &[&str]); 32] = [
    ("cross_site", &["cross-site"]),
    ("same_site", &["same-site"]),
    ("site_empty", &[""]),
    ("site_unknown", &["same"]),
    ("site_in_capitals", &["SAME-ORIGIN"]),
    ("site_capitalised", &["Same-Origin"]),
    ("site_list", &["same-origin, cross-site"]),
    ("site_with_parameter", &["same-origin;q=1"]),
    ("site_twice", &["same-origin", "same-origin"]),
    ("site_twice_mixed", &["same-origin", "cross-site"]),
    ("site_none_twice", &["none", "none"]),
    (
        "cross_site_with_our_origin",
        &["cross-site", "@http://localhost:8000"],
    ),
    (
        "same_site_with_our_origin",
        &["same-site", "@http://localhost:8000"],
    ),
    ("origin_foreign", &["@https://evil.example"]),
    ("origin_null", &["@null"]),
    ("origin_null_in_capitals", &["@NULL"]),
    ("origin_empty", &["@"]),
    ("origin_as_suffix", &["@http://evil-localhost:8000"]),
    ("origin_as_prefix", &["@http://localhost:8000.evil.example"]),
    ("origin_of_subdomain", &["@http://app.localhost:8000"]),
    ("origin_with_other_port", &["@http://localhost:8001"]),
    ("origin_without_port", &["@http://localhost"]),
    ("origin_with_other_scheme", &["@https://localhost:8000"]),
    ("origin_with_user", &["@http://localhost:8000@evil.example"]),
    ("origin_with_slash", &["@http://localhost:8000/"]),
    ("origin_in_capitals", &["@HTTP://LOCALHOST:8000"]),
    ("origin_by_address", &["@http://127.0.0.1:8000"]),
    ("origin_with_dot_behind", &["@http://localhost.:8000"]),
    (
        "origin_list",
        &["@http://localhost:8000 https://evil.example"],
    ),
    (
        "origin_twice",
        &["@http://localhost:8000", "@http://localhost:8000"],
    ),
    (
        "origin_twice_mixed",
        &["@http://localhost:8000", "@https://evil.example"],
    ),
    (
        "trusted_as_prefix",
        &["@https://admin.example.evil.example"],
    ),
];

fn from_there(request: Request, headers: &[&str]) -> Request {
    headers
        .iter()
        .fold(request, |request, header| match header.strip_prefix('@') {
            Some(origin) => request.header("Origin", origin),
            None => request.header("Sec-Fetch-Site", header),
        })
}

/// What each unsafe route is asked for.
fn unsafe_routes(attack: &Attack<'_>) -> [(&'static str, Request); 8] {
    let victim = &attack.victim;
    let with = |method, path: &'static str| (path, victim.unsafe_request(method, path));
    let own = format!("sessions/{}/", attack.session);
    let new = json!({"current_password": accounts_testkit::PASSWORD, "new_password": "a wholly other passphrase"});
    let ((rename, r), (change, c), (leave, l), (prove, p)) = (
        with("PATCH", "user/"),
        with("POST", "user/password/"),
        with("DELETE", "user/"),
        with("POST", "auth/reauthenticate/"),
    );
    [
        (rename, r.json(&json!({ "first_name": "Eve" }))),
        (change, c.json(&new)),
        (leave, l.json(&proof())),
        (prove, p.json(&proof())),
        with("POST", "auth/logout/"),
        with("POST", "auth/logout/?everywhere=true"),
        with("DELETE", "sessions/"),
        ("sessions/<id>/", victim.unsafe_request("DELETE", &own)),
    ]
}

/// Routes without a session behind them: login CSRF, and a refresh at the wrong moment.
fn open_routes(attack: &Attack<'_>) -> [Request; 3] {
    let new =
        json!({"username": crate::attack::unused_name(), "password": accounts_testkit::PASSWORD});
    [
        attack.login(&attack.name, accounts_testkit::PASSWORD),
        attack.refresh_with(attack.cookie("refresh_token")),
        attack.request("POST", "auth/register/").json(&new),
    ]
}

pub(crate) fn add_to(cases: &mut Cases) {
    for (name, headers) in FOREIGN {
        cases.add(
            "csrf",
            &format!("from_{name}"),
            Setup::Plain,
            move |attack| {
                let routes = unsafe_routes(attack).map(|(_, request)| request);
                for request in routes.into_iter().chain(open_routes(attack)) {
                    attack.refused_untouched(from_there(request, headers), 403, "csrf_failed");
                }
            },
        );
    }
    add!(cases, "csrf", Setup::Plain, [our_own_pages_may_act]);
    token::add_to(cases);
    method::add_to(cases);
}

/// The control: what is refused above is refused for where it comes from.
fn our_own_pages_may_act(attack: &Attack<'_>) {
    for headers in [
        &["same-origin"][..],
        &["none"],
        &["@http://localhost:8000"],
        &["cross-site", &format!("@{TRUSTED}")],
        &[],
    ] {
        let rename = attack
            .victim
            .unsafe_request("PATCH", "user/")
            .json(&json!({}));
        from_there(rename, headers).send().expect(200);
    }
}
