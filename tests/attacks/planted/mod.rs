//! A sibling host plants refresh cookies of the attacker's own, good ones, for the whole domain: at
//! every moment of a visit, one cookie or more than are tried. Whatever happens, the browser is the
//! victim's or signed out, and no session is lost by it.

mod own_cookies;

use accounts_testkit::{Browser, PASSWORD, REFRESH_PATHS};
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::attack::{Attack, sessions_of};
use crate::target::Setup;
use own_cookies::{
    beside_both_of_the_victims_cookies, beside_the_victims_csrf_cookie_alone,
    logout_takes_no_planted_session_for_its_own,
};

const DOMAIN: &str = "app.example";

/// When the sibling host has its chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    BeforeLogin,
    SignedIn,
    AccessRanOut,
    AfterLogout,
}

const MOMENTS: [(&str, Moment); 4] = [
    ("before_login", Moment::BeforeLogin),
    ("signed_in", Moment::SignedIn),
    ("access_ran_out", Moment::AccessRanOut),
    ("after_logout", Moment::AfterLogout),
];

pub(crate) fn add_to(cases: &mut Cases) {
    // Under the same domain a cookie with the path of ours would take its place, which makes the
    // browser signed out.
    let beside_ours = &REFRESH_PATHS[3..];
    for (setup, of_setup, one, many) in [
        (
            Setup::Https,
            "host",
            &REFRESH_PATHS[2..3],
            &REFRESH_PATHS[..],
        ),
        (Setup::Domain, "domain", &beside_ours[..1], beside_ours),
        (
            Setup::Plain,
            "plain",
            &REFRESH_PATHS[2..3],
            &REFRESH_PATHS[..],
        ),
    ] {
        for (name, moment) in MOMENTS {
            for (count, paths) in [("one", one), ("many", many)] {
                let name = format!("{of_setup}_{name}_{count}");
                cases.add("planted", &name, setup, move |attack| {
                    visit(attack, moment, paths);
                });
            }
        }
    }
    add!(
        cases,
        "planted",
        Setup::Https,
        [
            beside_the_victims_csrf_cookie_alone,
            beside_both_of_the_victims_cookies,
            the_jar_of_a_stranger_stays_empty,
            logout_takes_no_planted_session_for_its_own,
            a_login_supersedes_the_own_session_and_not_the_planted_one,
        ]
    );
    add!(
        cases,
        "planted",
        Setup::Domain,
        [a_domain_gives_this_protection_up]
    );
}

/// The attacker's session, and as many good refresh tokens of it and of others as there are paths.
fn mallory(attack: &Attack<'_>, paths: &[&'static str]) -> (Browser, Vec<(&'static str, String)>) {
    let (mallory, name) = attack.other_user();
    let mut tokens = vec![mallory.cookie("refresh_token").unwrap().to_owned()];
    for _ in 1..paths.len() {
        let mut again = attack.browser();
        again.log_in(&name).expect(200);
        tokens.push(again.cookie("refresh_token").unwrap().to_owned());
    }
    (mallory, paths.iter().copied().zip(tokens).collect())
}

fn plant(attack: &Attack<'_>, browser: &mut Browser, cookies: &[(&'static str, String)]) {
    let cookies: Vec<_> = cookies
        .iter()
        .map(|(path, it)| (*path, it.as_str()))
        .collect();
    let name = attack.target.cookie("refresh_token");
    browser.plant(DOMAIN, &name, &cookies);
}

fn forget_access(attack: &Attack<'_>, browser: &mut Browser) {
    browser.forget(&attack.target.cookie("access_token"));
}

/// As a page does: asks, refreshes if it is not signed in, asks again.
fn who_am_i(browser: &mut Browser) -> Option<String> {
    let mut answer = browser.get("user/");
    if answer.status == 401 && browser.refresh().status == 200 {
        answer = browser.get("user/");
    }
    (answer.status == 200).then(|| answer.member("username"))
}

fn visit(attack: &Attack<'_>, moment: Moment, paths: &[&'static str]) {
    let (mut attacker, cookies) = mallory(attack, paths);
    let sessions = sessions_of(&mut attacker).len();
    let (mut victim, name) = attack.other_user();
    if matches!(moment, Moment::BeforeLogin | Moment::AfterLogout) {
        victim.log_out().expect(200);
        assert_eq!(who_am_i(&mut victim), None);
    }
    if moment == Moment::AccessRanOut {
        forget_access(attack, &mut victim);
    }
    plant(attack, &mut victim, &cookies);

    let expected = match moment {
        Moment::AfterLogout => None,
        _ => Some(name.clone()),
    };
    if moment == Moment::BeforeLogin {
        assert_eq!(who_am_i(&mut victim), None);
        victim.log_in(&name).expect(200);
    }
    assert_eq!(who_am_i(&mut victim), expected);
    // And once more when the access cookie has run out, and again after that.
    for _ in 0..2 {
        forget_access(attack, &mut victim);
        assert_eq!(who_am_i(&mut victim), expected);
    }
    // A page that is loaded again asks for a token first; that changes nothing.
    victim.get("csrf_token/").expect(200);
    forget_access(attack, &mut victim);
    victim.get("csrf_token/").expect(200);
    assert_eq!(who_am_i(&mut victim), expected);
    if expected.is_some() {
        // The session can be ended without the access cookie, which only its own refresh cookie names.
        forget_access(attack, &mut victim);
        victim.log_out().expect(200);
        assert_eq!(who_am_i(&mut victim), None);
    }
    assert_eq!(sessions_of(&mut attacker).len(), sessions, "all are live");
}

fn the_jar_of_a_stranger_stays_empty(attack: &Attack<'_>) {
    let (_, cookies) = mallory(attack, &REFRESH_PATHS);
    let mut anonymous = attack.browser();
    plant(attack, &mut anonymous, &cookies);
    let before = anonymous.kept();
    anonymous
        .refresh()
        .expect_problem(401, "refresh_token_missing");
    anonymous.get("csrf_token/").expect(200).expect_no_cookie();
    anonymous
        .get("user/")
        .expect_problem(401, "not_authenticated");
    assert_eq!(anonymous.kept(), before);
}

fn a_login_supersedes_the_own_session_and_not_the_planted_one(attack: &Attack<'_>) {
    let (mut attacker, cookies) = mallory(attack, &REFRESH_PATHS);
    let sessions = sessions_of(&mut attacker).len();
    for path in ["auth/login/", "auth/register/"] {
        let (mut victim, name) = attack.other_user();
        forget_access(attack, &mut victim);
        plant(attack, &mut victim, &cookies);
        let copy = victim.clone();
        let name = match path {
            "auth/login/" => name,
            _ => crate::attack::unused_name(),
        };
        let body = json!({ "username": name, "password": PASSWORD });
        let answer = victim.post(path, &body);
        assert!([200, 201].contains(&answer.status), "{answer:#?}");
        // Superseded: nothing is cleared, the newer cookies have taken the place of these.
        let old = copy.clone().refresh().expect_problem(401, "session_ended");
        old.expect_no_cookie();
        assert_eq!(who_am_i(&mut victim), Some(name));
    }
    assert_eq!(sessions_of(&mut attacker).len(), sessions);
}

/// What docs/security.md says of `cookie.domain`: a sibling host that plants both cookies of its
/// session signs the browser in to it. So that this is known if it ever changes.
fn a_domain_gives_this_protection_up(attack: &Attack<'_>) {
    let (attacker, name) = attack.other_user();
    let mut victim = attack.browser();
    for cookie in ["refresh_token", "csrftoken"] {
        let value = attacker.cookie(cookie).unwrap();
        victim.plant(DOMAIN, &attack.target.cookie(cookie), &[("/", value)]);
    }
    assert_eq!(who_am_i(&mut victim), Some(name));
}
