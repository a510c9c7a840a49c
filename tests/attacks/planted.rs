//! A sibling host plants refresh cookies of the attacker's own, good ones, for the whole domain: at
//! every moment of a visit, one cookie or more than are tried. Whatever happens, the browser is the
//! victim's or nobody's, and nobody loses a session by it.

use accounts_testkit::{Answer, Browser, PASSWORD, REFRESH_PATHS};
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::ground::Setup;
use crate::scene::{Scene, sessions_of};

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
    // victim nobody.
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
                cases.add("planted", &name, setup, move |scene| {
                    visit(scene, moment, paths);
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
fn mallory(scene: &Scene<'_>, paths: &[&'static str]) -> (Browser, Vec<(&'static str, String)>) {
    let (mallory, name) = scene.somebody();
    let mut tokens = vec![mallory.cookie("refresh_token").unwrap().to_owned()];
    for _ in 1..paths.len() {
        let mut again = scene.browser();
        again.log_in(&name).expect(200);
        tokens.push(again.cookie("refresh_token").unwrap().to_owned());
    }
    (mallory, paths.iter().copied().zip(tokens).collect())
}

fn plant(scene: &Scene<'_>, browser: &mut Browser, cookies: &[(&'static str, String)]) {
    let cookies: Vec<_> = cookies
        .iter()
        .map(|(path, it)| (*path, it.as_str()))
        .collect();
    let name = scene.ground.cookie("refresh_token");
    browser.plant(DOMAIN, &name, &cookies);
}

fn forget_access(scene: &Scene<'_>, browser: &mut Browser) {
    browser.forget(&scene.ground.cookie("access_token"));
}

/// As a page does: asks, refreshes if nobody is there, asks again.
fn who_am_i(browser: &mut Browser) -> Option<String> {
    let mut answer = browser.get("user/");
    if answer.status == 401 && browser.refresh().status == 200 {
        answer = browser.get("user/");
    }
    (answer.status == 200).then(|| answer.member("username"))
}

fn visit(scene: &Scene<'_>, moment: Moment, paths: &[&'static str]) {
    let (mut attacker, cookies) = mallory(scene, paths);
    let sessions = sessions_of(&mut attacker).len();
    let (mut victim, name) = scene.somebody();
    if matches!(moment, Moment::BeforeLogin | Moment::AfterLogout) {
        victim.log_out().expect(200);
        assert_eq!(who_am_i(&mut victim), None);
    }
    if moment == Moment::AccessRanOut {
        forget_access(scene, &mut victim);
    }
    plant(scene, &mut victim, &cookies);

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
        forget_access(scene, &mut victim);
        assert_eq!(who_am_i(&mut victim), expected);
    }
    // A page that is loaded again asks for a token first; that changes nothing.
    victim.get("csrf_token/").expect(200);
    forget_access(scene, &mut victim);
    victim.get("csrf_token/").expect(200);
    assert_eq!(who_am_i(&mut victim), expected);
    if expected.is_some() {
        // The session can be ended without the access cookie, which only its own refresh cookie names.
        forget_access(scene, &mut victim);
        victim.log_out().expect(200);
        assert_eq!(who_am_i(&mut victim), None);
    }
    assert_eq!(sessions_of(&mut attacker).len(), sessions, "all are live");
}

fn refresh_with(scene: &Scene<'_>, cookies: &[(&str, &str)]) -> accounts_testkit::Request {
    let pairs = cookies.iter();
    let pairs: Vec<_> = pairs
        .map(|(name, value)| format!("{}={value}", scene.ground.cookie(name)))
        .collect();
    scene
        .request("POST", "auth/refresh_token/")
        .header("Sec-Fetch-Site", "same-origin")
        .header("Cookie", pairs.join("; "))
}

fn beside_the_victims_csrf_cookie_alone(scene: &Scene<'_>) {
    let (mut attacker, _) = scene.somebody();
    let planted = attacker.cookie("refresh_token").unwrap().to_owned();
    let cookies = [
        ("csrftoken", scene.cookie("csrftoken")),
        ("refresh_token", &planted),
    ];
    scene.refused_untouched(refresh_with(scene, &cookies), 401, "refresh_token_missing");
    // Nor without any, or with one that was made for nobody.
    scene.refused_untouched(
        refresh_with(scene, &cookies[1..]),
        401,
        "refresh_token_missing",
    );
    let nobody = scene.request("GET", "csrf_token/").send().expect(200);
    let nobody = nobody.member("token");
    let cookies = [("csrftoken", nobody.as_str()), ("refresh_token", &planted)];
    scene.refused_untouched(refresh_with(scene, &cookies), 401, "refresh_token_missing");
    attacker.refresh().expect(200);
}

fn is_victims(scene: &Scene<'_>, answer: &Answer) {
    assert_eq!(answer.json()["user"]["username"], scene.name);
    assert_eq!(answer.member("session_id"), scene.session);
}

fn beside_both_of_the_victims_cookies(scene: &Scene<'_>) {
    let (attacker, _) = scene.somebody();
    let planted = attacker.cookie("refresh_token").unwrap();
    let own = scene.cookie("refresh_token");
    for pair in [[planted, own], [own, planted]] {
        let cookies = [
            ("refresh_token", pair[0]),
            ("csrftoken", scene.cookie("csrftoken")),
            ("refresh_token", pair[1]),
        ];
        is_victims(scene, &refresh_with(scene, &cookies).send().expect(200));
    }
    // More planted ones than are ever tried do not push the own one out.
    let (_, planted) = mallory(scene, &REFRESH_PATHS);
    let mut cookies = vec![("csrftoken", scene.cookie("csrftoken"))];
    cookies.extend(
        planted
            .iter()
            .map(|(_, token)| ("refresh_token", token.as_str())),
    );
    cookies.extend([("refresh_token", "junk"), ("refresh_token", "a.b.c")]);
    cookies.push(("refresh_token", own));
    is_victims(scene, &refresh_with(scene, &cookies).send().expect(200));
}

fn the_jar_of_a_stranger_stays_empty(scene: &Scene<'_>) {
    let (_, cookies) = mallory(scene, &REFRESH_PATHS);
    let mut stranger = scene.browser();
    plant(scene, &mut stranger, &cookies);
    let before = stranger.kept();
    stranger
        .refresh()
        .expect_problem(401, "refresh_token_missing");
    stranger.get("csrf_token/").expect(200).expect_no_cookie();
    stranger
        .get("user/")
        .expect_problem(401, "not_authenticated");
    assert_eq!(stranger.kept(), before);
}

/// A good token that the CSRF cookie was not made for ends nothing, and the cookies stay: the
/// session would live on behind an empty jar.
fn logout_takes_no_planted_session_for_its_own(scene: &Scene<'_>) {
    let (mut attacker, _) = scene.somebody();
    let planted = attacker.cookie("refresh_token").unwrap().to_owned();
    let log_out = |cookies: String| {
        scene
            .request("POST", "auth/logout/")
            .header("Cookie", cookies)
            .header("X-CSRFToken", scene.cookie("csrftoken"))
    };
    let csrf = format!("__Host-csrftoken={}", scene.cookie("csrftoken"));
    let planted = format!("__Secure-refresh_token={planted}");
    let request = log_out(format!("{csrf}; {planted}"));
    scene.refused_untouched(request, 403, "csrf_failed");
    scene.refused_untouched(log_out(planted.clone()), 403, "csrf_failed");
    // Nothing of ours at all is no fault.
    let junk = log_out(format!("{csrf}; __Secure-refresh_token=junk"));
    assert_eq!(junk.send().expect(200).cookies().len(), 3);

    // Beside the own session it does not keep that from ending.
    let (mut other, _) = scene.somebody();
    plant(
        scene,
        &mut other,
        &[("/", planted.split_once('=').unwrap().1.to_owned())],
    );
    let copy = other.clone();
    other.log_out().expect(200);
    copy.clone()
        .get("user/")
        .expect_problem(401, "session_ended");
    attacker.refresh().expect(200);
    attacker.get("user/").expect(200);
}

fn a_login_supersedes_the_own_session_and_not_the_planted_one(scene: &Scene<'_>) {
    let (mut attacker, cookies) = mallory(scene, &REFRESH_PATHS);
    let sessions = sessions_of(&mut attacker).len();
    for path in ["auth/login/", "auth/register/"] {
        let (mut victim, name) = scene.somebody();
        forget_access(scene, &mut victim);
        plant(scene, &mut victim, &cookies);
        let copy = victim.clone();
        let name = match path {
            "auth/login/" => name,
            _ => crate::scene::new_name(),
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
fn a_domain_gives_this_protection_up(scene: &Scene<'_>) {
    let (attacker, name) = scene.somebody();
    let mut victim = scene.browser();
    for cookie in ["refresh_token", "csrftoken"] {
        let value = attacker.cookie(cookie).unwrap();
        victim.plant(DOMAIN, &scene.ground.cookie(cookie), &[("/", value)]);
    }
    assert_eq!(who_am_i(&mut victim), Some(name));
}
