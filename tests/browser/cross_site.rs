//! A release site on https with its real cookie names, and what other hosts can do to it.

use accounts_testkit::{Case, cases};
use serde_json::{Value, json};

use crate::chrome::Chrome;
use crate::site::ReleaseSite;

pub(crate) fn cases() -> Vec<Case> {
    cases![
        the_jar_on_https,
        another_site_cannot_act,
        a_sibling_host_cannot_act,
    ]
}

pub(crate) fn signed_in() -> (ReleaseSite, Chrome) {
    let release = ReleaseSite::start();
    let chrome = Chrome::start();
    chrome.register(&release.origin(), "ada");
    (release, chrome)
}

/// The session is as it was: the page says so after a reload, and the service.
#[track_caller]
pub(crate) fn expect_signed_in(release: &ReleaseSite, chrome: &Chrome) {
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

fn attack(release: &ReleaseSite, chrome: &Chrome, from: &str) {
    let site = release.origin();
    for (path, fields) in [
        ("auth/logout/", ""),
        ("auth/logout/?everywhere", ""),
        ("auth/refresh_token/", ""),
        // A form that looks like JSON: another user's account in this browser.
        (
            "auth/login/",
            r#"<input name='{"username":"ada","password":"x","y":"' value='"}'>"#,
        ),
    ] {
        let form = format!(
            "<form method=post enctype=text/plain action='{site}/accounts/{path}'>{fields}</form>
             <script>document.forms[0].submit()</script>"
        );
        release.other_site.put("/form", &[], &form);
        chrome.open(&format!("{from}/form"));
        // The latter where the cookies were not sent along and a session is asked for first.
        chrome.wait_for("/csrf_failed|not_authenticated/.test(document.body.innerText)");
    }
    release.other_site.put("/", &[], "");
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
