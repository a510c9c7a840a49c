//! Planted cookies beside the victim's own.

use accounts_testkit::{Answer, REFRESH_PATHS};

use super::mallory;
use super::plant;
use crate::attack::Attack;

fn refresh_with(attack: &Attack<'_>, cookies: &[(&str, &str)]) -> accounts_testkit::Request {
    let pairs = cookies.iter();
    let pairs: Vec<_> = pairs
        .map(|(name, value)| format!("{}={value}", attack.target.cookie(name)))
        .collect();
    attack
        .request("POST", "auth/refresh_token/")
        .header("Sec-Fetch-Site", "same-origin")
        .header("Cookie", pairs.join("; "))
}

pub(super) fn beside_the_victims_csrf_cookie_alone(attack: &Attack<'_>) {
    let (mut attacker, _) = attack.other_user();
    let planted = attacker.cookie("refresh_token").unwrap().to_owned();
    let cookies = [
        ("csrftoken", attack.cookie("csrftoken")),
        ("refresh_token", &planted),
    ];
    attack.refused_untouched(refresh_with(attack, &cookies), 401, "refresh_token_missing");
    // Nor without any, or with one that belongs to no session.
    attack.refused_untouched(
        refresh_with(attack, &cookies[1..]),
        401,
        "refresh_token_missing",
    );
    let nobody = attack.request("GET", "csrf_token/").send().expect(200);
    let nobody = nobody.member("token");
    let cookies = [("csrftoken", nobody.as_str()), ("refresh_token", &planted)];
    attack.refused_untouched(refresh_with(attack, &cookies), 401, "refresh_token_missing");
    attacker.refresh().expect(200);
}

fn is_victims(attack: &Attack<'_>, answer: &Answer) {
    assert_eq!(answer.json()["user"]["username"], attack.name);
    assert_eq!(answer.member("session_id"), attack.session);
}

pub(super) fn beside_both_of_the_victims_cookies(attack: &Attack<'_>) {
    let (attacker, _) = attack.other_user();
    let planted = attacker.cookie("refresh_token").unwrap();
    let own = attack.cookie("refresh_token");
    for pair in [[planted, own], [own, planted]] {
        let cookies = [
            ("refresh_token", pair[0]),
            ("csrftoken", attack.cookie("csrftoken")),
            ("refresh_token", pair[1]),
        ];
        is_victims(attack, &refresh_with(attack, &cookies).send().expect(200));
    }
    // More planted ones than are ever tried do not push the own one out.
    let (_, planted) = mallory(attack, &REFRESH_PATHS);
    let mut cookies = vec![("csrftoken", attack.cookie("csrftoken"))];
    cookies.extend(
        planted
            .iter()
            .map(|(_, token)| ("refresh_token", token.as_str())),
    );
    cookies.extend([("refresh_token", "junk"), ("refresh_token", "a.b.c")]);
    cookies.push(("refresh_token", own));
    is_victims(attack, &refresh_with(attack, &cookies).send().expect(200));
}

/// A good token that the CSRF cookie was not made for ends nothing, and the cookies stay: the
/// session would live on behind an empty jar.
pub(super) fn logout_takes_no_planted_session_for_its_own(attack: &Attack<'_>) {
    let (mut attacker, _) = attack.other_user();
    let planted = attacker.cookie("refresh_token").unwrap().to_owned();
    let log_out = |cookies: String| {
        attack
            .request("POST", "auth/logout/")
            .header("Cookie", cookies)
            .header("X-CSRFToken", attack.cookie("csrftoken"))
    };
    let csrf = format!("__Host-csrftoken={}", attack.cookie("csrftoken"));
    let planted = format!("__Secure-refresh_token={planted}");
    let request = log_out(format!("{csrf}; {planted}"));
    attack.refused_untouched(request, 403, "csrf_failed");
    attack.refused_untouched(log_out(planted.clone()), 403, "csrf_failed");
    // Nothing of ours at all is no fault.
    let junk = log_out(format!("{csrf}; __Secure-refresh_token=junk"));
    assert_eq!(junk.send().expect(200).cookies().len(), 3);

    // Beside the own session it does not keep that from ending.
    let (mut other, _) = attack.other_user();
    plant(
        attack,
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
