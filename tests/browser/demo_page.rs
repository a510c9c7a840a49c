//! One browser, one person, the page of the profile debug.

use accounts_testkit::{Case, PASSWORD, cases};

use crate::chrome::Chrome;
use crate::site::{debug, origin, root};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        the_whole_page,
        sessions_that_look_alike_are_one_line,
        the_keyboard_is_enough,
        an_old_proof_is_asked_for_again,
        pictures,
    ]
}

const NEW_PASSWORD: &str = "seven lamps under the quiet bridge";

/// Everything on the page, by clicking and typing.
pub(crate) fn the_whole_page() {
    let fixture = debug();
    let service = fixture.serve();
    let chrome = Chrome::start();
    let site = origin(&service);

    chrome.open(&format!("{site}/"));
    chrome.wait_for_status("Not signed in.");
    // What is refused is said at the field.
    chrome.fill("#register [name=username]", "ada");
    chrome.fill("#register [name=password]", "short");
    chrome.click("#register button");
    chrome.wait_for("document.querySelector('#register .error').textContent");
    assert_eq!(
        chrome.run("return document.activeElement.name + document.activeElement.ariaInvalid"),
        "passwordtrue"
    );
    chrome.register(&site, "ada");
    assert_eq!(chrome.text("#who"), "ada");
    chrome.wait_for("document.querySelectorAll('#sessions li').length === 1");
    assert!(
        chrome
            .text("#sessions li")
            .starts_with("This browser, since")
    );

    // A reload keeps the session.
    chrome.reload();
    chrome.wait_for_status("Signed in as ada.");

    chrome.fill("#password [name=current_password]", "not the password");
    chrome.fill("#password [name=new_password]", NEW_PASSWORD);
    chrome.click("#password button");
    chrome.wait_for("document.querySelector('#password .error').textContent");
    chrome.fill("#password [name=current_password]", PASSWORD);
    chrome.click("#password button");
    chrome.wait_for_status("Password changed");

    chrome.click("#logout");
    chrome.wait_for_status("Logged out.");
    chrome.wait_for("member.hidden && !stranger.hidden");
    assert_eq!(chrome.jar(), [] as [serde_json::Value; 0]);
    chrome.fill("#login [name=username]", "ada");
    chrome.fill("#login [name=password]", PASSWORD);
    chrome.click("#login button");
    chrome.wait_for("document.querySelector('#login .error').textContent");
    chrome.log_in("ada", NEW_PASSWORD);

    let calls = chrome.text("#calls");
    assert!(calls.contains("POST /accounts/auth/login/"), "{calls}");
    let all = chrome.run("return document.getElementById('calls').textContent");
    let all = all.as_str().unwrap();
    assert!(
        all.contains("refresh_token; HttpOnly; SameSite=Lax; Path=/accounts/auth/"),
        "{all}"
    );
    for secret in [PASSWORD, NEW_PASSWORD] {
        assert!(!all.contains(secret), "{all}");
    }

    chrome.click("#everywhere");
    chrome.wait_for_status("Logged out everywhere.");
    chrome.wait_for("!stranger.hidden");
    chrome.log_in("ada", NEW_PASSWORD);

    chrome.fill("#leave [name=password]", NEW_PASSWORD);
    chrome.click("#leave button");
    chrome.wait_for_status("Account deleted.");
    chrome.wait_for("!stranger.hidden");
    assert_eq!(chrome.jar(), [] as [serde_json::Value; 0]);
    chrome.fill("#login [name=username]", "ada");
    chrome.fill("#login [name=password]", NEW_PASSWORD);
    chrome.click("#login button");
    chrome.wait_for("document.querySelector('#login .error').textContent");
}

/// Sessions that look alike are one line, which opens; each can be ended.
pub(crate) fn sessions_that_look_alike_are_one_line() {
    let fixture = debug();
    let service = fixture.serve();
    let chrome = Chrome::start();
    chrome.register(&origin(&service), "ada");
    let others: Vec<_> = (0..3).map(|_| service.browser()).collect();
    for mut other in others {
        other.log_in("ada").expect(200);
    }
    chrome.reload();
    chrome.wait_for("document.querySelectorAll('#sessions > li').length === 2");
    let group = chrome.text("#sessions > .group summary");
    assert!(group.contains("3 sessions from 127.0.0.1"), "{group}");
    let title = chrome.run("return document.querySelector('#sessions > li > p .hint').title");
    assert!(title.as_str().unwrap().contains("Mozilla/5.0"), "{title}");
    chrome.click("#sessions > .group summary");
    chrome.click("#sessions > .group li button");
    chrome.wait_for_status("Session ended.");
    chrome.wait_for("document.querySelectorAll('#sessions .group li').length === 2");
}

/// The keyboard alone signs in, and the focus goes where the page goes on.
pub(crate) fn the_keyboard_is_enough() {
    const TAB: &str = "\u{e004}";
    const ENTER: &str = "\u{e007}";
    let fixture = debug();
    fixture.create_user("ada");
    let service = fixture.serve();
    let chrome = Chrome::start();
    chrome.open(&origin(&service));
    chrome.wait_for_status("Not signed in.");
    chrome.press(&format!("{TAB}ada"));
    chrome.press(&format!("{TAB}{PASSWORD}{ENTER}"));
    chrome.wait_for_status("Signed in as ada.");
    chrome.wait_for("document.activeElement.id === 'who'");
    chrome.press(&format!("{TAB}{ENTER}"));
    chrome.wait_for("!stranger.hidden && document.activeElement.name === 'username'");
}

/// What acts on other browsers asks for the password once it is old, and then goes on.
pub(crate) fn an_old_proof_is_asked_for_again() {
    let fixture = debug();
    let service = fixture.serve();
    let chrome = Chrome::start();
    chrome.register(&origin(&service), "ada");
    let mut other = service.browser();
    other.log_in("ada").expect(200);
    chrome.reload();
    chrome.wait_for("document.querySelectorAll('#sessions li').length === 2");
    // The service's answer ten minutes after the login, once.
    chrome.run(
        "const real = fetch;
         window.fetch = async (request) => {
           if (request.method !== 'DELETE') return real(request);
           window.fetch = real;
           const body = JSON.stringify({ status: 403, code: 'reauthentication_required' });
           return new Response(body, { status: 403 });
         };",
    );
    chrome.click("#end-others");
    chrome.wait_for("proof.open && proof.contains(document.activeElement)");
    chrome.fill("#proof input", "not the password");
    chrome.click("#proof [value=prove]");
    chrome.wait_for("document.querySelector('#proof .error').textContent");
    other.get("user/").expect(200);
    chrome.fill("#proof input", PASSWORD);
    chrome.click("#proof [value=prove]");
    chrome.wait_for_status("All other sessions have ended.");
    other.get("user/").expect_problem(401, "session_ended");
}

/// Pictures of the page for people to look at, on a phone and on a desk.
pub(crate) fn pictures() {
    let fixture = debug();
    let service = fixture.serve();
    let chrome = Chrome::start();
    let site = origin(&service);
    let screens = [("phone", 390, 844), ("desktop", 1280, 900)];
    let picture = |name: &str, screens: &[(&str, u32, u32)]| {
        for (screen, width, height) in screens {
            for scheme in ["light", "dark"] {
                chrome.look_through(*width, *height, scheme);
                let fits = "const { scrollWidth, clientWidth } = document.documentElement;
                            return scrollWidth <= clientWidth";
                assert_eq!(chrome.run(fits), true, "{name} has to be moved sideways");
                let file = format!("target/screenshots/{name}-{screen}-{scheme}.png");
                chrome.picture(&root().join(file));
            }
        }
    };
    chrome.open(&site);
    chrome.wait_for_status("Not signed in.");
    picture("stranger", &screens);
    chrome.register(&site, "ada");
    service.browser().log_in("ada").expect(200);
    chrome.reload();
    chrome.wait_for("document.querySelectorAll('#sessions li').length === 2");
    chrome.click("#calls summary");
    picture("member", &screens);
    chrome.run("document.getElementById('proof').showModal()");
    picture("proof", &screens);
}
