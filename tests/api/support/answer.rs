//! What came back, and what a test expects of it.

use rocket::http::Status;
use serde_json::Value;

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: Status,
    pub headers: Vec<(String, String)>,
    pub body: Value,
    pub text: String,
}

impl Answer {
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(n, _)| n == name);
        named.map(|(_, value)| value.as_str())
    }

    pub fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let mut all = self.all(name);
        let first = all.next();
        assert!(all.next().is_none(), "{name} stands twice: {self:#?}");
        first
    }

    /// Names of the cookies that the answer clears.
    pub fn cleared(&self) -> Vec<&str> {
        let cleared = self
            .all("set-cookie")
            .filter(|cookie| cookie.contains("Max-Age=0"));
        let mut names: Vec<_> = cleared
            .map(|cookie| cookie.split('=').next().unwrap())
            .collect();
        names.sort_unstable();
        names
    }

    #[track_caller]
    pub fn expect_ok(&self) -> &Self {
        assert_eq!(self.status, Status::Ok, "{self:#?}");
        let json = Some("application/json; charset=utf-8");
        assert_eq!(self.header("content-type"), json, "{self:#?}");
        self
    }

    /// Too many attempts; the next one is let in after `seconds`.
    #[track_caller]
    pub fn expect_throttled(&self, seconds: i64) -> &Self {
        self.expect_refusal(429, "too_many_attempts");
        let retry_after = seconds.to_string();
        assert_eq!(self.header("retry-after"), Some(&*retry_after), "{self:#?}");
        self
    }

    /// A refusal in problem details that sets no cookie.
    #[track_caller]
    pub fn expect_refusal(&self, status: u16, code: &str) -> &Self {
        self.expect_refusal_clearing(status, code, &[])
    }

    /// A refusal in problem details that clears exactly these cookies and sets none.
    #[track_caller]
    pub fn expect_refusal_clearing(&self, status: u16, code: &str, names: &[&str]) -> &Self {
        assert_eq!(self.status.code, status, "{self:#?}");
        assert_eq!(self.body["code"], code, "{self:#?}");
        assert_eq!(self.body["status"], status, "{self:#?}");
        let problem = Some("application/problem+json; charset=utf-8");
        assert_eq!(self.header("content-type"), problem, "{self:#?}");
        for member in ["type", "title", "detail"] {
            assert!(self.body[member].is_string(), "no {member}: {self:#?}");
        }
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self:#?}");
        assert_eq!(
            status == 401,
            self.header("www-authenticate").is_some(),
            "{self:#?}"
        );
        assert_eq!(
            matches!(status, 429 | 503),
            self.header("retry-after").is_some(),
            "{self:#?}"
        );
        assert_eq!(self.cleared(), names, "{self:#?}");
        assert_eq!(self.all("set-cookie").count(), names.len(), "{self:#?}");
        self
    }
}
