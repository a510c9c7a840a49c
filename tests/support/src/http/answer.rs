//! Answers, and what a test asks of them.

use serde_json::Value;

/// An answer that came whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers, names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub text: String,
}

/// A `Set-Cookie` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetCookie {
    /// The cookie's name.
    pub name: String,
    /// The cookie's value.
    pub value: String,
    /// The attributes in order, as they were written.
    pub attributes: Vec<String>,
}

impl SetCookie {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut pairs = self
            .attributes
            .iter()
            .filter_map(|text| text.split_once('='));
        let (_, value) = pairs.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// Whether it removes the cookie.
    pub fn clears(&self) -> bool {
        self.attribute("Max-Age") == Some("0")
    }
}

impl Answer {
    /// Reads an answer, chunked or with a length; `None` if it is not whole.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let body = &bytes[end + 4..];
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        });
        let mut answer = Self {
            status,
            headers: headers.collect::<Option<_>>()?,
            text: String::new(),
        };
        let body = if answer.header("transfer-encoding").is_some() {
            dechunked(body)?
        } else {
            body.to_vec()
        };
        let length = answer.header("content-length").map(str::parse::<usize>);
        if length.is_some_and(|length| length.is_ok_and(|length| body.len() < length)) {
            return None;
        }
        answer.text = String::from_utf8_lossy(&body).into_owned();
        Some(answer)
    }

    /// The status is `status`.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }

    /// A problem document with this status and code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.member("code"), code, "{answer:#?}");
        answer
    }

    /// No cookie is set or cleared.
    #[track_caller]
    pub fn expect_no_cookie(self) -> Self {
        assert!(self.header("set-cookie").is_none(), "{self:#?}");
        self
    }

    /// The first header with this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers_named(name).next()
    }

    /// The headers with this name, in lower case.
    pub fn headers_named(&self, name: &str) -> impl Iterator<Item = &str> {
        let found = self.headers.iter().filter(move |(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.text) {
            Ok(body) => body,
            Err(error) => panic!("{error}: {self:#?}"),
        }
    }

    /// A text that is a member of the JSON body.
    #[track_caller]
    pub fn member(&self, name: &str) -> String {
        match self.json()[name].as_str() {
            Some(text) => text.to_owned(),
            None => panic!("no text {name:?}: {self:#?}"),
        }
    }

    /// What it sets and clears.
    pub fn set_cookies(&self) -> Vec<SetCookie> {
        let read = |header: &str| {
            let mut parts = header.split(';').map(str::trim);
            let (name, value) = parts.next()?.split_once('=')?;
            Some(SetCookie {
                name: name.to_owned(),
                value: value.to_owned(),
                attributes: parts.map(str::to_owned).collect(),
            })
        };
        self.headers_named("set-cookie").filter_map(read).collect()
    }

    /// The cookies it sets, as a browser would send them back.
    pub fn cookies(&self) -> Vec<String> {
        let pair = |cookie: SetCookie| format!("{}={}", cookie.name, cookie.value);
        self.set_cookies().into_iter().map(pair).collect()
    }

    /// The value of the cookie with this name.
    #[track_caller]
    pub fn cookie(&self, name: &str) -> String {
        let mut cookies = self.set_cookies().into_iter();
        match cookies.find(|cookie| cookie.name == name) {
            Some(cookie) => cookie.value,
            None => panic!("no cookie {name:?}: {self:#?}"),
        }
    }
}

fn dechunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let line = body.windows(2).position(|window| window == b"\r\n")?;
        let length = std::str::from_utf8(&body[..line]).ok()?;
        let length = usize::from_str_radix(length, 16).ok()?;
        body = &body[line + 2..];
        if length == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(..length)?);
        body = body.get(length + 2..)?;
    }
}
