//! `forward-auth.conf`: an API of another program on the same domain.

use accounts_testkit::{
    Backend, Browser, Case, Request, RunningService, TestService, UpstreamApp, cases,
    header_spellings,
};

use super::process::Nginx;
use super::site;

pub(crate) fn cases() -> Vec<Case> {
    cases![
        an_application_is_told_who_it_is,
        no_spelling_of_a_name_gets_through,
        strangers_are_kept_out,
        unsafe_requests_need_the_csrf_token,
        a_logout_counts_at_once,
        a_service_that_is_down_lets_nobody_in
    ]
}

pub(crate) struct Site {
    pub(crate) nginx: Nginx,
    pub(crate) api: UpstreamApp,
    service: RunningService,
    _place: TestService,
}

pub(crate) fn start() -> Site {
    start_changed(|_, text| text)
}

/// With the files of nginx changed.
fn start_changed(spoil: impl Fn(&str, String) -> String) -> Site {
    let fixture = site::test_service(Backend::Sqlite);
    let service = fixture.serve();
    let api = UpstreamApp::start();
    let changes = [
        ("127.0.0.1:8000", service.address().to_string()),
        ("127.0.0.1:9000", api.address().to_string()),
    ];
    let nginx = Nginx::start_changed("forward-auth.conf", &changes, spoil);
    Site {
        nginx,
        api,
        service,
        _place: fixture,
    }
}

impl Site {
    pub(crate) fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.nginx.browser();
        browser.register(name).expect(201);
        browser
    }

    /// A request to the API with the browser's cookies.
    pub(crate) fn request(&self, browser: &Browser, method: &str) -> Request {
        let request = self.nginx.request(method, "/api/notes");
        match browser.cookie_header("user/") {
            Some(cookies) => request.header("Cookie", cookies),
            None => request,
        }
    }
}

pub(crate) fn an_application_is_told_who_it_is() {
    let site = start();
    let mut ada = site.signed_in("Ada");
    let user = ada.get("user/").expect(200).member("id");
    let session = ada.get("sessions/").expect(200).json()[0]["id"].clone();
    let request = site
        .request(&ada, "GET")
        .header("X-Accounts-User", "root")
        .header("x-accounts-user-id", "1")
        .header("X-Accounts-Session", "2")
        .header("X_Accounts_User", "root");
    let answer = request.send().expect(200).expect_no_cookie();
    assert_eq!(answer.text, "done");
    let received = site.api.requests();
    let [received] = &received[..] else {
        panic!("{received:?}")
    };
    for line in [
        "GET /api/notes HTTP/1.1\r\n".to_owned(),
        "x-accounts-user: Ada\n".to_owned(),
        format!("x-accounts-user-id: {user}\n"),
        format!("x-accounts-session: {}\n", session.as_str().unwrap()),
    ] {
        assert_eq!(received.matches(&line).count(), 1, "{line} in {received}");
    }
    for secret in ["root", "cookie", "token", "authorization", "x_accounts"] {
        assert!(!received.contains(secret), "{secret} in {received}");
    }
}

/// To an application that reads headers as CGI does, `_` is `-`: each spelling of a name is gone, by
/// the limits of the server and, where another server block undoes those, by the guard itself.
pub(crate) fn no_spelling_of_a_name_gets_through() {
    let on = |file: &str, text: String| match file {
        "limits.conf" => {
            let off = "underscores_in_headers      off";
            assert!(text.contains(off));
            text.replace(off, "underscores_in_headers on")
        }
        _ => text,
    };
    for site in [start(), start_changed(on)] {
        let ada = site.signed_in("Ada");
        let mut request = site.request(&ada, "GET");
        let names = [
            "X-Accounts-User",
            "X-Accounts-User-Id",
            "X-Accounts-Session",
        ];
        for spelling in names.into_iter().flat_map(header_spellings) {
            request = request.header(&spelling, "root");
        }
        request.send().expect(200);
        let received = site.api.requests();
        assert!(!received[0].contains("root"), "{received:?}");
        let merged = received[0].replace('_', "-");
        assert_eq!(merged.matches("x-accounts-").count(), 3, "{received:?}");
    }
}

pub(crate) fn strangers_are_kept_out() {
    let site = start();
    for claim in ["X-Accounts-User", "X_Accounts_User", "x-accounts-user-id"] {
        let anonymous = site.nginx.browser();
        let request = site.request(&anonymous, "GET").header(claim, "Ada");
        let answer = request.send().expect_problem(401, "not_authenticated");
        assert!(answer.header("www-authenticate").is_some(), "{answer:#?}");
        assert!(answer.header("x-accounts-user").is_none(), "{answer:#?}");
    }
    let request = site.nginx.request("POST", "/api/notes").body("{}");
    request.send().expect_problem(401, "not_authenticated");
    // Only the proxy itself may ask so.
    site.nginx
        .request("GET", "/_accounts_verify")
        .send()
        .expect(404);
    assert_eq!(site.api.requests(), [""; 0]);
}

pub(crate) fn unsafe_requests_need_the_csrf_token() {
    let site = start();
    let ada = site.signed_in("ada");
    let token = ada.cookie("csrftoken").unwrap();
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let bare = site.request(&ada, method).body("{}");
        let good = site
            .request(&ada, method)
            .body("{\"a\":1}")
            .header("X-CSRFToken", token);
        let claiming = bare.clone().header("X-Forwarded-Method", "GET");
        for forged in [
            bare,
            claiming.clone().header("X-Original-Method", "GET"),
            claiming.header("X-HTTP-Method-Override", "GET"),
            good.clone().header("Sec-Fetch-Site", "cross-site"),
            good.clone().header("Origin", "https://evil.example"),
        ] {
            forged
                .send()
                .expect_problem(403, "csrf_failed")
                .expect_no_cookie();
        }
        assert_eq!(site.api.requests(), [""; 0], "{method}");
        good.header("Origin", site::ORIGIN).send().expect(200);
        let received = site.api.requests();
        assert!(
            received[0].starts_with(method) && received[0].ends_with("{\"a\":1}"),
            "{received:?}"
        );
    }
}

pub(crate) fn a_logout_counts_at_once() {
    let site = start();
    let mut ada = site.signed_in("ada");
    let copy = ada.clone();
    site.request(&copy, "GET").send().expect(200);
    assert_eq!(site.api.requests().len(), 1);
    ada.log_out().expect(200);
    let answer = site.request(&copy, "GET").send();
    let answer = answer.expect_problem(401, "session_ended");
    assert!(
        answer
            .set_cookies()
            .iter()
            .all(accounts_testkit::SetCookie::clears)
    );
    assert_eq!(answer.set_cookies().len(), 3, "{answer:#?}");
    assert_eq!(site.api.requests(), [""; 0]);
}

pub(crate) fn a_service_that_is_down_lets_nobody_in() {
    let site = start();
    let ada = site.signed_in("ada");
    let request = site.request(&ada, "GET");
    assert_eq!(site.service.stop().0, Some(0));
    let answer = request.send().expect_problem(503, "unavailable");
    let answer = answer.expect_no_cookie();
    assert_eq!(answer.header("retry-after"), Some("2"), "{answer:#?}");
    assert_eq!(site.api.requests(), [""; 0]);
}
