//! A release site on https with its real cookie names, and what other hosts can do to it.

use accounts_testkit::{Backend, Case, PASSWORD, REFRESH_PATHS, cases, cases_on};
use serde_json::{Value, json};

use crate::chrome::Chrome;
use crate::site::Release;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = cases![
        the_jar_on_https,
        another_site_cannot_act,
        a_sibling_host_cannot_act,
        planted_cookies_do_not_count,
    ];
    cases.extend(cases_on![planted_at_every_moment on Backend::ALL]);
    cases
}

fn signed_in() -> (Release, Chrome) {
    let release = Release::start();
    let chrome = Chrome::start();
    chrome.register(&release.origin(), "ada");
    (release, chrome)
}

/// The session is as it was: the page says so after a reload, and the service.
#[track_caller]
fn expect_signed_in(release: &Release, chrome: &Chrome) {
    chrome.open(&format!("{}/", release.origin()));
    chrome.wait_for_status("Signed in as ada.");
    assert_eq!(chrome.user(), "ada");
}

/// Names and attributes as a browser took them; scripts see one cookie of four.
pub(crate) fn the_jar_on_https() {
    let (_release, chrome) = signed_in();
    let mut jar = chrome.whole_jar();
    jar.sort_by_key(|cookie| cookie["name"].to_string());
    let fields = ["name", "domain", "path", "httpOnly", "secure", "sameSite"];
    let seen: Vec<Value> = jar
        .iter()
        .map(|cookie| fields.map(|field| cookie[field].clone()).to_vec().into())
        .collect();
    let expected = [
        json!(["__Host-access_token", "app.test", "/", true, true, "Lax"]),
        json!(["__Host-csrftoken", "app.test", "/", false, true, "Lax"]),
        json!([
            "__Secure-device",
            "app.test",
            "/accounts/auth/",
            true,
            true,
            "Lax"
        ]),
        json!([
            "__Secure-refresh_token",
            "app.test",
            "/accounts/auth/",
            true,
            true,
            "Lax"
        ]),
    ];
    assert_eq!(seen, expected);

    let readable = "return document.cookie.split('; ').map((pair) => pair.split('=')[0])";
    assert_eq!(chrome.run(readable), json!(["__Host-csrftoken"]));
    // Below the path of the refresh cookie too, where a page of the front end could be.
    let moved = "history.replaceState(null, '', '/accounts/auth/'); const seen = document.cookie;
                 history.replaceState(null, '', '/'); return seen;";
    let seen = chrome.run(moved);
    let seen = seen.as_str().unwrap();
    assert!(
        seen.starts_with("__Host-csrftoken=") && !seen.contains(';'),
        "{seen}"
    );

    chrome.click("#logout");
    chrome.wait_for("!stranger.hidden");
    assert_eq!(chrome.jar(), Vec::<Value>::new());
}

/// Pages of another site post forms and send requests; nothing happens.
pub(crate) fn another_site_cannot_act() {
    let (release, chrome) = signed_in();
    attack(&release, &chrome, &release.evil());
}

/// The same from a sibling host, to which the cookies of the site are sent along.
pub(crate) fn a_sibling_host_cannot_act() {
    let (release, chrome) = signed_in();
    attack(&release, &chrome, &release.sibling());
}

fn attack(release: &Release, chrome: &Chrome, from: &str) {
    let site = release.origin();
    for (path, fields) in [
        ("auth/logout/", ""),
        ("auth/logout/?everywhere", ""),
        ("auth/refresh_token/", ""),
        // A form that looks like JSON: somebody else's account in this browser.
        (
            "auth/login/",
            r#"<input name='{"username":"ada","password":"x","y":"' value='"}'>"#,
        ),
    ] {
        let form = format!(
            "<form method=post enctype=text/plain action='{site}/accounts/{path}'>{fields}</form>
             <script>document.forms[0].submit()</script>"
        );
        release.stranger.put("/form", &[], &form);
        chrome.open(&format!("{from}/form"));
        // The latter where the cookies were not sent along and a session is asked for first.
        chrome.wait_for("/csrf_failed|not_authenticated/.test(document.body.innerText)");
    }
    release.stranger.put("/", &[], "");
    chrome.open(&format!("{from}/"));
    // Requests that go without a question first, and those that browsers ask about.
    let sent = chrome.run(&format!(
        "const outcomes = [];
         for (const [path, init] of [
           ['auth/logout/', {{ method: 'POST', mode: 'no-cors' }}],
           ['auth/refresh_token/', {{ method: 'POST', mode: 'no-cors' }}],
           ['auth/logout/', {{ method: 'POST', headers: {{ 'X-CSRFToken': 'x' }} }}],
           ['sessions/', {{ method: 'DELETE' }}],
           ['user/', {{}}],
         ]) {{
           const url = '{site}/accounts/' + path;
           const sent = fetch(url, {{ credentials: 'include', ...init }});
           outcomes.push(await sent.then((answer) => answer.type, () => 'failed'));
         }}
         return outcomes;"
    ));
    // Cross-Origin-Resource-Policy keeps even an opaque answer from another site.
    assert_eq!(sent, json!(vec!["failed"; 5]));
    expect_signed_in(release, chrome);
    // The service saw the forms, and refused them.
    chrome.click("#logout");
    chrome.wait_for("!stranger.hidden");
}

/// What the page of a front end finds out: who is signed in, after a refresh if need be. `null` for
/// nobody.
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
/// nobody's from then on, and never the attacker's.
pub(crate) fn planted_at_every_moment(backend: Backend) {
    let release = Release::on(backend);
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
            release.stranger.put("/plant", &headers, "");
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
/// renewed and ended, and never becomes somebody else's.
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
        release.stranger.put("/plant", &headers, "");
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
