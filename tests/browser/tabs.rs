//! Several tabs, several browsers, and time.

use accounts_testkit::{Backend, Case, RunningService, TestService, cases, cases_on};
use serde_json::{Value, json};

use crate::chrome::Chrome;
use crate::site::{debug, origin};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = cases![
        expiry_is_renewed_silently,
        five_tabs_refresh_once,
        a_logout_is_seen_in_every_tab,
    ];
    cases.extend(cases_on![one_browser_ends_the_session_of_another on Backend::ALL]);
    cases
}

/// Opens the page in further tabs of a signed-in browser; returns all tabs, the first one first.
fn tabs(chrome: &Chrome, site: &str, count: usize) -> Vec<String> {
    let mut tabs = vec![chrome.tab()];
    while tabs.len() < count {
        tabs.push(chrome.new_tab(&format!("{site}/")));
        chrome.wait_for_status("Signed in as");
    }
    tabs
}

fn signed_in(fixture: &TestService) -> (RunningService, Chrome, String) {
    let service = fixture.serve();
    let chrome = Chrome::start();
    let site = origin(&service);
    chrome.register(&site, "ada");
    (service, chrome, site)
}

/// The access token runs out while the page is open: the next call renews it unnoticed.
pub(crate) fn expiry_is_renewed_silently() {
    let fixture = debug()
        .set("ACCOUNTS_TOKEN__ACCESS_LIFETIME", "10s")
        .set("ACCOUNTS_TOKEN__LEEWAY", "0s");
    let (_service, chrome, _) = signed_in(&fixture);
    let access = || chrome.cookie_names().contains(&"access_token".to_owned());
    assert!(access());
    // The browser drops the cookie by itself.
    let mut looks = 0;
    while access() {
        looks += 1;
        assert!(looks < 150, "the cookie stays");
        chrome.run("await new Promise((next) => setTimeout(next, 200))");
    }
    chrome.fill("#leave [name=password]", "not the password");
    chrome.click("#leave button");
    chrome.wait_for("document.querySelector('#leave .error').textContent");
    // Once, and then the same request with its body again: the service has judged the password.
    let error = chrome.text("#leave .error");
    assert_eq!(error, "Password is wrong");
    assert_eq!(chrome.refreshes(), 1, "a stranger's visit needs none");
    assert!(access());
    assert!(!chrome.shows_signed_out());
    chrome.reload();
    chrome.wait_for_status("Signed in as ada.");
}

/// Five tabs whose access token is gone call at once, three times over, against a service that
/// forgives no repeated refresh: one of them refreshes, and all stay signed in.
pub(crate) fn five_tabs_refresh_once() {
    let fixture = debug().set("ACCOUNTS_SESSION__REUSE_GRACE", "0s");
    let (_service, chrome, site) = signed_in(&fixture);
    let tabs = tabs(&chrome, &site, 5);
    for tab in &tabs {
        chrome.switch_to(tab);
        chrome.run(
            "const { createAccounts } = await import('/accounts.js');
             const accounts = createAccounts();
             window.names = [];
             window.go = new BroadcastChannel('go');
             window.go.onmessage = async () => {
               const users = await Promise.all([1, 2, 3].map(() => accounts.user()));
               window.names.push(users.map((user) => user?.username ?? null));
             };
             performance.clearResourceTimings();",
        );
    }
    for round in 1..=3 {
        chrome.forget("access_token");
        chrome.run("new BroadcastChannel('go').postMessage('')");
        let mut refreshes = 0;
        for tab in &tabs {
            chrome.switch_to(tab);
            chrome.wait_for(&format!("window.names.length === {round}"));
            let names = chrome.run("return window.names.at(-1)");
            assert_eq!(names, json!(["ada", "ada", "ada"]), "round {round}");
            refreshes += chrome.refreshes();
        }
        assert_eq!(
            refreshes, round,
            "in all tabs together, after round {round}"
        );
    }
    chrome.reload();
    chrome.wait_for_status("Signed in as ada.");
}

/// A logout in one tab shows in the others at once, without a click.
pub(crate) fn a_logout_is_seen_in_every_tab() {
    let fixture = debug();
    let (_service, chrome, site) = signed_in(&fixture);
    let tabs = tabs(&chrome, &site, 3);
    chrome.click("#logout");
    for tab in &tabs {
        chrome.switch_to(tab);
        chrome.wait_for("member.hidden && !stranger.hidden");
    }
    assert_eq!(chrome.jar(), Vec::<Value>::new());
    // And a login the same way.
    chrome.log_in("ada", accounts_testkit::PASSWORD);
    for tab in &tabs {
        chrome.switch_to(tab);
        chrome.wait_for("stranger.hidden && !member.hidden");
    }
}

/// One browser ends the session of another, by clicking, on every store.
pub(crate) fn one_browser_ends_the_session_of_another(backend: Backend) {
    let fixture = debug().on(backend);
    let (_service, chrome, site) = signed_in(&fixture);
    let other = Chrome::start();
    other.open(&site);
    other.wait_for_status("Not signed in.");
    other.log_in("ada", accounts_testkit::PASSWORD);
    other.wait_for("document.querySelectorAll('#sessions li').length === 2");
    other.click("#end-others");
    other.wait_for_status("All other sessions have ended.");
    assert!(!chrome.shows_signed_out());
    // The person comes back to the tab.
    chrome.run("document.dispatchEvent(new Event('visibilitychange'))");
    chrome.wait_for("member.hidden && !stranger.hidden");
    assert_eq!(chrome.jar(), Vec::<Value>::new());
    other.reload();
    other.wait_for_status("Signed in as ada.");
}
