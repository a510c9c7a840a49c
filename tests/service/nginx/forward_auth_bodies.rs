//! `forward-auth.conf` and the size of bodies: the question goes without the body, so its size is
//! no reason to refuse the question.

use accounts_testkit::{Answer, Browser, Case, Request, cases};

use super::forward_auth::{Site, start};
use super::site::ORIGIN;

pub(crate) fn cases() -> Vec<Case> {
    cases![
        the_size_of_a_body_is_the_applications_affair,
        a_refusal_is_the_services_whatever_the_size
    ]
}

/// `client_max_body_size` of the service's own routes.
const OF_THE_SERVICE: usize = 16 * 1024;
/// `client_max_body_size` of the API.
const OF_THE_API: usize = 1024 * 1024;

/// How a client says where its body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length,
    Chunked,
}

impl Framing {
    const ALL: [Self; 2] = [Self::Length, Self::Chunked];

    fn with_body(self, request: Request, size: usize) -> Request {
        let body = "x".repeat(size);
        match self {
            Self::Length => request.body(body),
            Self::Chunked => request.chunked(body),
        }
    }
}

fn acting(site: &Site, ada: &Browser) -> Request {
    let request = site.request(ada, "POST").header("Origin", ORIGIN);
    request.header("X-CSRFToken", ada.cookie("csrftoken").unwrap())
}

/// An answer to a refused request has a status of its own words, and nothing of the user.
#[track_caller]
fn expect_nothing_of_the_user(answer: &Answer) {
    for part in ["username", "Ada"] {
        assert!(!answer.text.contains(part), "{answer:#?}");
    }
    for name in [
        "x-accounts-user",
        "x-accounts-user-id",
        "x-accounts-session",
    ] {
        assert!(answer.header(name).is_none(), "{answer:#?}");
    }
    let challenges = answer.headers_named("www-authenticate").count();
    assert!(challenges <= 1, "{answer:#?}");
    assert!(challenges == 1 || answer.status != 401, "{answer:#?}");
    if answer.text.starts_with('{') {
        assert_eq!(answer.json()["status"], answer.status, "{answer:#?}");
    }
}

pub(crate) fn the_size_of_a_body_is_the_applications_affair() {
    let site = start();
    let ada = site.signed_in("Ada");
    for framing in Framing::ALL {
        for size in [
            0,
            1,
            OF_THE_SERVICE,
            OF_THE_SERVICE + 1,
            1_000_000,
            OF_THE_API,
        ] {
            let answer = framing.with_body(acting(&site, &ada), size).send();
            assert_eq!(answer.expect(200).text, "done");
            let received = site.api.requests();
            let [received] = &received[..] else {
                panic!("{framing:?} of {size}: {received:?}")
            };
            assert!(
                received.ends_with(&format!("\n{}", "x".repeat(size))),
                "{size}"
            );
        }
        for size in [OF_THE_API + 1, 4 * OF_THE_API] {
            let answer = framing.with_body(acting(&site, &ada), size).send();
            expect_nothing_of_the_user(&answer.expect(413));
            assert_eq!(site.api.requests(), [""; 0], "{framing:?} of {size}");
        }
    }
}

pub(crate) fn a_refusal_is_the_services_whatever_the_size() {
    let site = start();
    let ada = site.signed_in("Ada");
    let anonymous = site.nginx.browser();
    for framing in Framing::ALL {
        for size in [0, OF_THE_SERVICE, OF_THE_SERVICE + 1, 1_000_000, OF_THE_API] {
            let request = framing.with_body(site.request(&anonymous, "POST"), size);
            let answer = request.send().expect_problem(401, "not_authenticated");
            expect_nothing_of_the_user(&answer);
            let request = framing.with_body(site.request(&ada, "POST"), size);
            let answer = request.send().expect_problem(403, "csrf_failed");
            expect_nothing_of_the_user(&answer.expect_no_cookie());
        }
        // Past the limit it does not matter who asks.
        let request = framing.with_body(site.request(&anonymous, "POST"), OF_THE_API + 1);
        expect_nothing_of_the_user(&request.send().expect(413));
    }
    assert_eq!(site.api.requests(), [""; 0]);
}
