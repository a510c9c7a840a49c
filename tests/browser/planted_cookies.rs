//! Cookies that another host of the same site has set.

use accounts_testkit::{Backend, Case, PASSWORD, REFRESH_PATHS, cases, cases_on};
use serde_json::{Value, json};

use crate::chrome::Chrome;
use crate::cross_site::{expect_signed_in, signed_in};
use crate::site::ReleaseSite;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = cases![planted_cookies_do_not_count];
    cases.extend(cases_on![planted_at_every_moment on Backend::ALL]);
    cases
}

/// What the page of a front end finds out: who is signed in, after a refresh if need be. `null`
/// if signed out.
const WHO_AM_I: &str = "
    const send = (method, path) => fetch('/accounts/' + path, { method });
    let answer = await send('GET', 'user/');
    if (answer.status === 401 && (await send('POST', 'auth/refresh_token/')).ok) {
      answer = await send('GET', 'user/');
    }
    return answer.ok ? (await answer.json()).username : null;";

/// When a sibling host plants refresh tokens of the attacker's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    BeforeLogin,
    SignedIn,
    AccessRanOut,
    AfterLogout,
}

/// A sibling host plants good refresh tokens of its own: one, or one for each path and once more in
/// the partitioned jar, which is more than are tried. Whenever that is, the browser is the victim's or
/// signed out from then on, and never the attacker's.
pub(crate) fn planted_at_every_moment(backend: Backend) {
    let release = ReleaseSite::on(backend);
    let mut mallory = release.service.browser();
    mallory.register("mallory").expect(201);
    let token = mallory.cookie("refresh_token").unwrap().to_owned();
    let origin = format!("{}/", release.origin());
    let mut visits = 0;
    for moment in [
        Moment::BeforeLogin,
        Moment::SignedIn,
        Moment::AccessRanOut,
        Moment::AfterLogout,
    ] {
        for paths in [&REFRESH_PATHS[2..3], &REFRESH_PATHS] {
            visits += 1;
            let name = format!("ada{visits}");
            let chrome = Chrome::start();
            chrome.register(&release.origin(), &name);
            match moment {
                Moment::BeforeLogin | Moment::AfterLogout => {
                    chrome.click("#logout");
                    chrome.wait_for("!stranger.hidden");
                }
                Moment::AccessRanOut => chrome.forget("__Host-access_token"),
                Moment::SignedIn => {}
            }

            let set = |path: &&str| {
                let cookie = format!(
                    "Set-Cookie: __Secure-refresh_token={token}; Domain=app.test; \
                     Path={path}; Secure; HttpOnly; SameSite=None; Max-Age=600"
                );
                [format!("{cookie}; Partitioned"), cookie]
            };
            let headers: Vec<_> = paths.iter().flat_map(set).collect();
            release.other_site.put("/plant", &headers, "");
            chrome.open(&format!("{}/plant", release.sibling()));
            let planted = |cookie: &&Value| cookie["domain"] == ".app.test";
            let count = chrome.jar().iter().filter(planted).count();
            assert!(count >= paths.len(), "{count} were planted at {moment:?}");
            if paths.len() > 1 {
                assert!(count > 8, "{count} are fewer than are tried");
            }

            chrome.open(&origin);
            let mut expected = json!(name);
            match moment {
                Moment::BeforeLogin => {
                    assert_eq!(chrome.run(WHO_AM_I), Value::Null, "{moment:?}");
                    chrome.log_in(&name, PASSWORD);
                }
                Moment::AfterLogout => expected = Value::Null,
                Moment::SignedIn | Moment::AccessRanOut => {}
            }
            assert_eq!(chrome.run(WHO_AM_I), expected, "{moment:?}");
            if expected.is_null() {
                continue;
            }
            for _ in 0..2 {
                chrome.forget("__Host-access_token");
                chrome.open(&origin);
                assert_eq!(chrome.run(WHO_AM_I), expected, "{moment:?}");
            }
            chrome.wait_for_status(&format!("Signed in as {name}."));
            chrome.click("#logout");
            chrome.wait_for("!stranger.hidden");
            assert_eq!(chrome.run(WHO_AM_I), Value::Null, "{moment:?}");
        }
    }
    mallory.refresh().expect(200);
}

/// A sibling host plants cookies of our names for the whole domain. The session goes on, can be
/// renewed and ended, and never becomes another user's.
pub(crate) fn planted_cookies_do_not_count() {
    let (release, chrome) = signed_in();
    let mut mallory = release.service.browser();
    mallory.register("mallory").expect(201);
    let plant = |values: &[(&str, &str)]| {
        let mut headers = Vec::new();
        for (name, value) in values {
            for path in ["/", "/accounts/", "/accounts/auth/"] {
                headers.push(format!(
                    "Set-Cookie: {name}={value}; Domain=app.test; Path={path}; Secure; Max-Age=600"
                ));
            }
        }
        release.other_site.put("/plant", &headers, "");
        chrome.open(&format!("{}/plant", release.sibling()));
    };
    plant(&[
        ("__Host-access_token", "planted"),
        ("__Host-csrftoken", "planted"),
        ("__Secure-access_token", "planted"),
        ("__Secure-refresh_token", "planted"),
        ("__Secure-csrftoken", "planted"),
        ("access_token", "planted"),
        ("refresh_token", "planted"),
        ("csrftoken", "planted"),
    ]);
    let planted = chrome.jar();
    let planted = planted
        .iter()
        .filter(|cookie| cookie["domain"] == ".app.test");
    let names: Vec<_> = planted
        .map(|cookie| cookie["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"__Secure-refresh_token"), "{names:?}");
    assert!(
        !names.iter().any(|name| name.starts_with("__Host-")),
        "{names:?}"
    );
    expect_signed_in(&release, &chrome);

    chrome.forget("__Host-access_token");
    expect_signed_in(&release, &chrome);
    assert!(
        chrome
            .cookie_names()
            .contains(&"__Host-access_token".to_owned())
    );

    // Tokens that are good, but of another: two good ones are none.
    let refresh = mallory.cookie("refresh_token").unwrap().to_owned();
    let access = mallory.cookie("access_token").unwrap().to_owned();
    plant(&[
        ("__Secure-refresh_token", &refresh),
        ("__Secure-access_token", &access),
    ]);
    expect_signed_in(&release, &chrome);
    chrome.forget("__Host-access_token");
    assert_eq!(chrome.run(WHO_AM_I), "ada");
    assert_eq!(chrome.user(), "ada");
}
