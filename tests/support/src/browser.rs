//! A browser: a cookie jar that minds paths, and the CSRF header.

use serde_json::{Value, json};

use crate::{Answer, Client, PASSWORD, Request};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

/// Somebody in front of a page of the site.
#[derive(Debug, Clone)]
pub struct Browser {
    client: Client,
    base: String,
    cookies: Vec<Cookie>,
}

impl Browser {
    /// A browser without cookies, for routes below `/accounts`.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            base: "/accounts".to_owned(),
            cookies: Vec::new(),
        }
    }

    /// The same jar in front of another replica.
    pub fn move_to(&mut self, client: Client) {
        self.client = client;
    }

    /// The value of the cookie whose name ends so: names have prefixes on https.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let mut cookies = self.cookies.iter();
        let found = cookies.find(|cookie| cookie.name.ends_with(name));
        found.map(|cookie| cookie.value.as_str())
    }

    /// The names of the cookies in the jar.
    pub fn cookie_names(&self) -> Vec<&str> {
        self.cookies
            .iter()
            .map(|cookie| cookie.name.as_str())
            .collect()
    }

    /// Throws away the cookie whose name ends so.
    pub fn forget(&mut self, name: &str) {
        self.cookies.retain(|cookie| !cookie.name.ends_with(name));
    }

    /// What it would send in `Cookie` to a path below the base.
    pub fn cookie_header(&self, path: &str) -> Option<String> {
        let path = format!("{}/{path}", self.base);
        let fitting = self
            .cookies
            .iter()
            .filter(|cookie| is_below(&path, &cookie.path));
        let pairs: Vec<_> = fitting
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// A request to a path below the base with the cookies that go there, and nothing else.
    pub fn request(&self, method: &str, path: &str) -> Request {
        let request = self
            .client
            .request(method, &format!("{}/{path}", self.base));
        match self.cookie_header(path) {
            Some(cookies) => request.header("Cookie", cookies),
            None => request,
        }
    }

    /// An unsafe request as a page makes it: with the CSRF token in the header.
    pub fn unsafe_request(&self, method: &str, path: &str) -> Request {
        let request = self.request(method, path);
        match self.cookie("csrftoken") {
            Some(token) => request.header("X-CSRFToken", token),
            None => request,
        }
    }

    /// Puts what the answer sets into the jar.
    pub fn take(&mut self, answer: &Answer) {
        for set in answer.set_cookies() {
            let path = set.attribute("Path").unwrap_or("/").to_owned();
            self.cookies
                .retain(|cookie| cookie.name != set.name || cookie.path != path);
            if !set.clears() {
                self.cookies.push(Cookie {
                    name: set.name,
                    value: set.value,
                    path,
                });
            }
        }
    }

    /// Sends a request and keeps the cookies of the answer.
    #[track_caller]
    pub fn send(&mut self, request: Request) -> Answer {
        let answer = request.send();
        self.take(&answer);
        answer
    }

    /// GET.
    #[track_caller]
    pub fn get(&mut self, path: &str) -> Answer {
        self.send(self.request("GET", path))
    }

    /// POST with the CSRF header.
    #[track_caller]
    pub fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(self.unsafe_request("POST", path).json(body))
    }

    /// POST with the CSRF header and without a body.
    #[track_caller]
    pub fn post_nothing(&mut self, path: &str) -> Answer {
        self.send(self.unsafe_request("POST", path))
    }

    /// PATCH with the CSRF header.
    #[track_caller]
    pub fn patch(&mut self, path: &str, body: &Value) -> Answer {
        self.send(self.unsafe_request("PATCH", path).json(body))
    }

    /// DELETE with the CSRF header and without a body.
    #[track_caller]
    pub fn delete(&mut self, path: &str) -> Answer {
        self.send(self.unsafe_request("DELETE", path))
    }

    /// Registers with [`PASSWORD`].
    #[track_caller]
    pub fn register(&mut self, name: &str) -> Answer {
        let body = json!({ "username": name, "password": PASSWORD });
        self.post("auth/register/", &body)
    }

    /// Logs in with [`PASSWORD`].
    #[track_caller]
    pub fn log_in(&mut self, name: &str) -> Answer {
        self.log_in_with(name, PASSWORD)
    }

    /// Logs in with a password of its own.
    #[track_caller]
    pub fn log_in_with(&mut self, name: &str, password: &str) -> Answer {
        let body = json!({ "username": name, "password": password });
        self.post("auth/login/", &body)
    }

    /// Asks for a new pair of tokens.
    #[track_caller]
    pub fn refresh(&mut self) -> Answer {
        self.post_nothing("auth/refresh_token/")
    }

    /// Logs out.
    #[track_caller]
    pub fn log_out(&mut self) -> Answer {
        self.post_nothing("auth/logout/")
    }
}

/// RFC 6265 section 5.1.4.
fn is_below(path: &str, cookie_path: &str) -> bool {
    let rest = path.strip_prefix(cookie_path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie_path.ends_with('/'))
}
