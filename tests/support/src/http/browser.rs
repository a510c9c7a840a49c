//! A browser: a cookie jar that minds paths and keeps cookies of a host and of its domain apart (RFC
//! 6265bis section 5.7), and the CSRF header.

use crate::{Answer, Client, Request};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Cookie {
    name: String,
    value: String,
    path: String,
    /// `None` if it is for the host that set it alone.
    domain: Option<String>,
    is_partitioned: bool,
}

impl Cookie {
    fn is_kept_as(&self, other: &Self) -> bool {
        let key = |it: &Self| (it.name.clone(), it.path.clone(), it.domain.clone());
        key(self) == key(other) && self.is_partitioned == other.is_partitioned
    }
}

/// The paths that a cookie can have to go along with a refresh; longer ones come first.
pub const REFRESH_PATHS: [&str; 7] = [
    "/accounts/auth/refresh_token/",
    "/accounts/auth/refresh_token",
    "/accounts/auth/",
    "/accounts/auth",
    "/accounts/",
    "/accounts",
    "/",
];

/// A browser with a page of the site.
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

    /// The value of the cookie whose name ends so: names have prefixes on https. One that is for
    /// the host alone comes first.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.cookies.iter();
        let named = cookies.filter(|cookie| cookie.name.ends_with(name));
        let found = named.min_by_key(|cookie| cookie.domain.is_some());
        found.map(|cookie| cookie.value.as_str())
    }

    /// The names of the cookies in the jar that belong to a session: the device cookie outlives it.
    pub fn cookie_names(&self) -> Vec<&str> {
        let of_session = self.of_session();
        of_session.map(|cookie| cookie.name.as_str()).collect()
    }

    fn of_session(&self) -> impl Iterator<Item = &Cookie> {
        let cookies = self.cookies.iter();
        cookies.filter(|cookie| !cookie.name.ends_with("device"))
    }

    /// Throws away the cookie whose name ends so.
    pub fn forget(&mut self, name: &str) {
        self.cookies.retain(|cookie| !cookie.name.ends_with(name));
    }

    /// What it would send in `Cookie` to a path below the base.
    pub fn cookie_header(&self, path: &str) -> Option<String> {
        let path = format!("{}/{path}", self.base);
        let mut fitting: Vec<_> = self
            .cookies
            .iter()
            .filter(|cookie| is_below(&path, &cookie.path))
            .collect();
        // RFC 6265 section 5.4: longer paths first, then the older ones.
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<_> = fitting
            .into_iter()
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
            let clears = set.clears();
            let cookie = Cookie {
                path: set.attribute("Path").unwrap_or("/").to_owned(),
                domain: set.attribute("Domain").map(str::to_owned),
                is_partitioned: false,
                name: set.name,
                value: set.value,
            };
            self.keep(cookie, clears);
        }
    }

    fn keep(&mut self, cookie: Cookie, clears: bool) {
        let is_for_host = cookie.path == "/" && cookie.domain.is_none();
        if cookie.name.starts_with("__Host-") && !is_for_host {
            return;
        }
        self.cookies.retain(|old| !old.is_kept_as(&cookie));
        if !clears {
            self.cookies.push(cookie);
        }
    }

    /// Another host below `domain` sets a cookie for the whole domain, for each of the paths, and
    /// once more as a partitioned cookie of the same site.
    pub fn plant(&mut self, domain: &str, name: &str, paths_and_values: &[(&str, &str)]) {
        for is_partitioned in [false, true] {
            for (path, value) in paths_and_values {
                let cookie = Cookie {
                    name: name.to_owned(),
                    value: (*value).to_owned(),
                    path: (*path).to_owned(),
                    domain: Some(domain.to_owned()),
                    is_partitioned,
                };
                self.keep(cookie, false);
            }
        }
    }

    /// What the jar holds of a session, as `name`, or as `name; Domain=..`.
    pub fn kept(&self) -> Vec<String> {
        let shown = |cookie: &Cookie| match &cookie.domain {
            Some(domain) => format!("{}; Domain={domain}", cookie.name),
            None => cookie.name.clone(),
        };
        let mut kept: Vec<_> = self.of_session().map(shown).collect();
        kept.sort();
        kept
    }
}

/// RFC 6265 section 5.1.4.
fn is_below(path: &str, cookie_path: &str) -> bool {
    let rest = path.strip_prefix(cookie_path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie_path.ends_with('/'))
}
