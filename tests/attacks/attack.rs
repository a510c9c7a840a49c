//! One case: a victim who is signed in, an attack, and the proof that nothing came of it.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

use accounts_testkit::{Answer, Browser, PASSWORD, Request};
use serde_json::{Value, json};

use crate::forge::Token;
use crate::target::Target;

/// What a case has: a victim, and what it takes to attack.
pub(crate) struct Attack<'g> {
    pub(crate) target: &'g Target,
    /// Signed in, with the cookies of the moment before the attack.
    pub(crate) victim: Browser,
    pub(crate) name: String,
    pub(crate) session: String,
    user: Value,
    expects: Cell<Expected>,
}

/// What is left of the victim's sign-in when the case is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// All of it: the session, and no other one.
    Unhurt,
    /// The account; the session was ended, as a case says itself.
    SessionOver,
    /// The session; further logins have to wait.
    LoginsWait,
}

/// A name that is not taken.
pub(crate) fn unused_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("user{}x{number}", std::process::id())
}

impl<'g> Attack<'g> {
    /// Signs a victim up, acts, and looks what is left.
    pub(crate) fn play(target: &'g Target, act: &dyn Fn(&Self)) {
        let name = unused_name();
        let mut victim = Browser::new(target.client);
        let session = victim.register(&name).expect(201).member("session_id");
        let attack = Self {
            target,
            name,
            session,
            user: victim.get("user/").expect(200).json(),
            victim,
            expects: Cell::new(Expected::Unhurt),
        };
        act(&attack);
        target.expect_alive();
        attack.expect_account_untouched();
    }

    /// The case has shown that the victim's session ended as it should.
    pub(crate) fn session_is_over(&self) {
        self.expects.set(Expected::SessionOver);
    }

    /// The case has used up the logins that are allowed for now.
    pub(crate) fn logins_wait(&self) {
        self.expects.set(Expected::LoginsWait);
    }

    fn expect_account_untouched(&self) {
        let expects = self.expects.get();
        let mut victim = self.victim.clone();
        if expects == Expected::SessionOver {
            victim = self.browser();
            victim.log_in(&self.name).expect(200);
        }
        assert_eq!(victim.get("user/").expect(200).json(), self.user);
        if expects == Expected::Unhurt {
            assert_eq!(sessions_of(&mut victim), [self.session.as_str()]);
        }
        victim.refresh().expect(200);
        if expects == Expected::Unhurt {
            self.browser().log_in(&self.name).expect(200);
        }
    }

    /// A browser that has never been here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.target.client)
    }

    /// Another user, signed in, with the name.
    pub(crate) fn other_user(&self) -> (Browser, String) {
        let name = unused_name();
        let mut browser = self.browser();
        browser.register(&name).expect(201);
        (browser, name)
    }

    /// A request without anything to a path below the base.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        let path = format!("/accounts/{path}");
        self.target.client.request(method, &path)
    }

    /// A login as a program sends it.
    pub(crate) fn login(&self, name: &str, password: &str) -> Request {
        let body = json!({ "username": name, "password": password });
        self.request("POST", "auth/login/").json(&body)
    }

    /// The victim's token of that name.
    pub(crate) fn cookie(&self, name: &str) -> &str {
        self.victim.cookie(name).unwrap()
    }

    /// The victim's access token, to be made into something else.
    pub(crate) fn access(&self) -> Token {
        Token::read(self.cookie("access_token"))
    }

    /// The victim's refresh token, to be made into something else.
    pub(crate) fn refresh(&self) -> Token {
        Token::read(self.cookie("refresh_token"))
    }

    /// A read with `value` as the access cookie.
    pub(crate) fn read_with(&self, value: &str) -> Request {
        let cookie = format!("{}={value}", self.target.cookie("access_token"));
        self.request("GET", "user/").header("Cookie", cookie)
    }

    /// A refresh with `value` as the refresh cookie, beside the victim's CSRF cookie.
    pub(crate) fn refresh_with(&self, value: &str) -> Request {
        let refresh = format!("{}={value}", self.target.cookie("refresh_token"));
        let csrf = self.target.cookie("csrftoken");
        let cookie = format!("{csrf}={}; {refresh}", self.cookie("csrftoken"));
        self.request("POST", "auth/refresh_token/")
            .header("Cookie", cookie)
    }

    /// The request is refused with this status and code, by the rules of all refusals.
    #[track_caller]
    pub(crate) fn refused(&self, request: Request, status: u16, code: &str) -> Answer {
        let answer = request.send().expect_problem(status, code);
        expect_refusal(&answer);
        self.target.expect_alive();
        answer
    }

    /// As [`refused`](Self::refused), and not a cookie is touched.
    #[track_caller]
    pub(crate) fn refused_untouched(&self, request: Request, status: u16, code: &str) -> Answer {
        self.refused(request, status, code).expect_no_cookie()
    }
}

/// What holds for every refusal.
#[track_caller]
pub(crate) fn expect_refusal(answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{answer:#?}");
    let given = answer.set_cookies();
    assert!(
        given.iter().all(accounts_testkit::SetCookie::clears),
        "{answer:#?}"
    );
    if answer.status != 401 {
        assert!(given.is_empty(), "{answer:#?}");
    }
    assert_eq!(answer.header("location"), None, "{answer:#?}");
    let kind = answer.header("content-type");
    assert_eq!(
        kind,
        Some("application/problem+json; charset=utf-8"),
        "{answer:#?}"
    );
    assert_eq!(
        answer.header("cache-control"),
        Some("no-store"),
        "{answer:#?}"
    );
    assert!(
        answer
            .headers
            .iter()
            .all(|(name, _)| !name.starts_with("access-control-")),
        "{answer:#?}"
    );
}

/// Everything that a client sees, the time of day and the request's random number aside.
pub(crate) fn seen(answer: Answer) -> (u16, Vec<(String, String)>, String) {
    let without_value = |(name, value): (String, String)| match name.as_str() {
        "date" | "x-request-id" => (name, String::new()),
        _ => (name, value),
    };
    let headers = answer.headers.into_iter().map(without_value);
    (answer.status, headers.collect(), answer.text)
}

/// The identifiers of the sessions that a browser's user has.
#[track_caller]
pub(crate) fn sessions_of(browser: &mut Browser) -> Vec<String> {
    let list = browser.get("sessions/").expect(200).json();
    let ids = list.as_array().unwrap().iter();
    ids.map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

/// [`PASSWORD`] as the proof that some routes ask for.
pub(crate) fn proof() -> Value {
    json!({ "password": PASSWORD })
}
