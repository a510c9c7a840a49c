//! The box "Keep me signed in".

use accounts_testkit::{Case, PASSWORD, cases};

use crate::chrome::Chrome;
use crate::site::ReleaseSite;

pub(crate) fn cases() -> Vec<Case> {
    cases![not_remembered_beyond_the_browser]
}

/// The names in the jar, if all of the cookies end with the browser, or none of them does.
#[track_caller]
fn cookies_that_end_with_the_browser(chrome: &Chrome, do_they: bool) -> Vec<String> {
    for cookie in chrome.jar() {
        assert_eq!(cookie["session"], do_they, "{cookie:#}");
    }
    chrome.cookie_names()
}

/// Throws the access token away, so that the page has to refresh, and comes back to it.
#[track_caller]
fn refresh_on_reload(chrome: &Chrome) {
    chrome.forget("access_token");
    chrome.reload();
    chrome.wait_for_status("Signed in as ada.");
    assert_eq!(chrome.refreshes(), 1);
}

/// As Chromium has them: session cookies as long as the session lives, at a release site on https.
pub(crate) fn not_remembered_beyond_the_browser() {
    let release = ReleaseSite::start();
    let chrome = Chrome::start();
    let all = [
        "__Host-access_token",
        "__Host-csrftoken",
        "__Secure-refresh_token",
    ];
    let until = "document.getElementById('session-until').textContent";
    let is_short = format!("{until}.includes('or until you close the browser')");

    // As the box is: checked.
    chrome.register(&release.origin(), "ada");
    assert_eq!(cookies_that_end_with_the_browser(&chrome, false), all);
    chrome.wait_for(&format!("{until} && !{is_short}"));
    chrome.click("#logout");
    chrome.wait_for("!stranger.hidden");

    for label in ["#login label.check", "#register label.check"] {
        let checked = format!("document.querySelector('{label} input').checked");
        chrome.wait_for(&checked);
        // A person clicks on the words as well as on the box.
        chrome.click(label);
        chrome.wait_for(&format!("!{checked}"));
    }
    chrome.log_in("ada", PASSWORD);
    assert_eq!(cookies_that_end_with_the_browser(&chrome, true), all);
    chrome.wait_for(&is_short);
    chrome.reload();
    chrome.wait_for_status("Signed in as ada.");
    for _ in 0..2 {
        refresh_on_reload(&chrome);
        assert_eq!(cookies_that_end_with_the_browser(&chrome, true), all);
    }
    chrome.click("#logout");
    chrome.wait_for("!stranger.hidden");
    assert_eq!(chrome.cookie_names(), [] as [&str; 0]);

    chrome.click("#register label.check");
    chrome.fill("#register [name=username]", "grace");
    chrome.fill("#register [name=password]", PASSWORD);
    chrome.click("#register button");
    chrome.wait_for_status("Signed in as grace.");
    assert_eq!(cookies_that_end_with_the_browser(&chrome, true), all);
}
