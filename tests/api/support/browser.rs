//! A browser: it keeps cookies by their rules and sends what a front end sends.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use rocket::http::Header;
use rocket_accounts::domain::clock::Clock;
use rocket_accounts::domain::session::SessionId;
use serde_json::{Value, json};

use super::Call;
use crate::openapi::conformance;
use crate::support::{Answer, PASSWORD, TestApp};

#[derive(Debug, Clone, PartialEq)]
pub struct StoredCookie {
    pub name: String,
    pub value: String,
    pub path: String,
    /// `None` if it ends with the browser.
    ends: Option<DateTime<Utc>>,
}

/// A browser on the front end's own origin.
pub struct Browser {
    app: TestApp,
    jar: Mutex<Vec<StoredCookie>>,
}

impl Browser {
    pub fn new(app: TestApp) -> Self {
        Self {
            app,
            jar: Mutex::default(),
        }
    }

    /// A second browser with the same cookies: a thief, or a restored back-up.
    pub fn copy(&self) -> Self {
        Self {
            app: self.app.clone(),
            jar: Mutex::new(self.all_cookies()),
        }
    }

    /// Those of the session: the device cookie outlives it.
    pub fn cookies(&self) -> Vec<StoredCookie> {
        let mut cookies = self.all_cookies();
        cookies.retain(|cookie| !cookie.name.ends_with("device"));
        cookies
    }

    pub fn all_cookies(&self) -> Vec<StoredCookie> {
        let now = self.app.clock.now();
        let jar = self.jar.lock().unwrap();
        jar.iter()
            .filter(|cookie| cookie.ends.is_none_or(|ends| ends > now))
            .cloned()
            .collect()
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.all_cookies();
        let found = cookies
            .into_iter()
            .find(|cookie| cookie.name.ends_with(name));
        found.map(|cookie| cookie.value)
    }

    /// Puts a cookie into the jar as another page of the domain could.
    pub fn plant(&self, name: &str, value: &str, path: &str) {
        self.jar.lock().unwrap().push(StoredCookie {
            name: name.to_owned(),
            value: value.to_owned(),
            path: path.to_owned(),
            ends: Some(self.app.clock.now() + TimeDelta::days(400)),
        });
    }

    /// Changes the signature of a token.
    pub fn tamper_with(&self, name: &str) {
        let mut jar = self.jar.lock().unwrap();
        for cookie in jar.iter_mut().filter(|cookie| cookie.name.ends_with(name)) {
            cookie.value.truncate(cookie.value.len() - 2);
            cookie.value.push_str("xx");
        }
    }

    pub fn forget(&self, name: &str) {
        let mut jar = self.jar.lock().unwrap();
        jar.retain(|cookie| !cookie.name.ends_with(name));
    }

    /// Closes the browser and opens it again: session cookies are gone.
    pub fn restart(&self) {
        self.jar
            .lock()
            .unwrap()
            .retain(|cookie| cookie.ends.is_some());
    }

    fn cookie_header(&self, path: &str) -> Option<String> {
        let cookies = self.all_cookies().into_iter();
        let pairs = cookies
            .filter(|cookie| path.starts_with(&cookie.path))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value));
        let pairs: Vec<_> = pairs.collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    fn keep(&self, set_cookie: &str) {
        let mut parts = set_cookie.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attribute = |wanted: &str| {
            let mut parts = set_cookie.split("; ").skip(1);
            parts.find_map(|part| part.strip_prefix(wanted))
        };
        let path = attribute("Path=").unwrap().to_owned();
        let max_age = attribute("Max-Age=").map(|age| TimeDelta::seconds(age.parse().unwrap()));
        let mut jar = self.jar.lock().unwrap();
        jar.retain(|cookie| cookie.name != name || cookie.path != path);
        jar.push(StoredCookie {
            name: name.to_owned(),
            value: value.to_owned(),
            path,
            ends: max_age.map(|age| self.app.clock.now() + age),
        });
    }

    /// Sends a call with the cookies that fit, and keeps those of the answer.
    pub async fn send(&self, call: Call) -> Answer {
        let answer = self.send_only(call).await;
        self.take(&answer);
        answer
    }

    /// Keeps the cookies of an answer, which may be an old one.
    pub fn take(&self, answer: &Answer) {
        for set_cookie in answer.all("set-cookie") {
            self.keep(set_cookie);
        }
    }

    /// Sends a call from a network address.
    pub async fn send_from(&self, address: &str, mut call: Call) -> Answer {
        call.remote = Some(address.parse().unwrap());
        self.send(call).await
    }

    /// Which session this browser is in.
    pub async fn session_id(&self) -> SessionId {
        let answer = self.get("sessions/").await;
        let list = answer.expect_ok().body.as_array().unwrap();
        let current = list
            .iter()
            .find(|session| session["current"] == true)
            .unwrap();
        serde_json::from_value(current["id"].clone()).unwrap()
    }

    /// Sends a call whose answer never arrives.
    pub async fn send_only(&self, call: Call) -> Answer {
        let mut request = self.app.client.req(call.method, call.path.clone());
        let names_site = |name: &str| {
            call.headers
                .iter()
                .any(|(n, _)| n.eq_ignore_ascii_case(name))
        };
        if !names_site("Sec-Fetch-Site") && !names_site("Origin") {
            request.add_header(Header::new("Sec-Fetch-Site", "same-origin"));
        }
        if let Some(cookies) = self.cookie_header(&call.path) {
            request.add_header(Header::new("Cookie", cookies));
        }
        if call.sends_csrf
            && !names_site("X-CSRFToken")
            && let Some(token) = self.cookie("csrftoken")
        {
            request.add_header(Header::new("X-CSRFToken", token));
        }
        for (name, value) in call.headers {
            request.add_header(Header::new(name, value));
        }
        if let Some(remote) = call.remote {
            request = request.remote(remote);
        }
        if let Some(body) = call.body {
            request.set_body(body);
        }
        let response = request.dispatch().await;
        let headers = response.headers().iter();
        let headers = headers.map(|h| (h.name().to_string().to_lowercase(), h.value().to_owned()));
        // The name of a request is random; without it, equal answers are equal.
        let headers = headers.filter(|(name, _)| name != "x-request-id");
        let (status, headers) = (response.status(), headers.collect());
        let text = response.into_string().await.unwrap_or_default();
        let answer = Answer {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        };
        conformance::check(call.method, &call.path, &answer);
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Call::get(path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Call::post(path).json(body)).await
    }

    pub async fn log_in(&self, name: &str) -> Answer {
        self.log_in_with(name, PASSWORD).await
    }

    pub async fn log_in_with(&self, name: &str, password: &str) -> Answer {
        let body = json!({"username": name, "password": password});
        self.post("auth/login/", &body).await
    }

    pub async fn refresh(&self) -> Answer {
        self.send(Call::post("auth/refresh_token/")).await
    }

    pub async fn log_out(&self) -> Answer {
        self.send(Call::post("auth/logout/")).await
    }
}
