//! A browser that knows which answers it has seen to their end.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

/// What came of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Status line, headers and body were read to the end.
    Whole(u16),
    /// The connection broke, or the server said that it cannot serve now. What was asked for may
    /// have happened or not.
    Lost,
}

pub(crate) struct Browser {
    agent: Agent,
    base: String,
    /// The cookies of the last answers that came whole.
    pub(crate) cookies: HashMap<String, String>,
}

impl Browser {
    pub(crate) fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // A connection that was kept would break at every restart.
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        Self {
            agent: config.into(),
            base: base.to_owned(),
            cookies: HashMap::new(),
        }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn register(&mut self, name: &str, password: &str) -> Answer {
        self.cookies.clear();
        let body = json!({ "username": name, "password": password });
        self.post("auth/register/", &body)
    }

    pub(crate) fn log_in(&mut self, name: &str, password: &str) -> Answer {
        self.cookies.clear();
        let body = json!({ "username": name, "password": password });
        self.post("auth/login/", &body)
    }

    pub(crate) fn refresh(&mut self) -> Answer {
        self.post("auth/refresh_token/", &json!({}))
    }

    pub(crate) fn change_password(&mut self, current: &str, new: &str) -> Answer {
        let body = json!({ "current_password": current, "new_password": new });
        self.post("user/password/", &body)
    }

    fn post(&mut self, path: &str, body: &Value) -> Answer {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = self
            .agent
            .post(format!("{}/{path}", self.base))
            .content_type("application/json");
        if !cookies.is_empty() {
            request = request.header("Cookie", cookies.join("; "));
        }
        if let Some(token) = self.cookies.get("csrftoken") {
            request = request.header("X-CSRFToken", token);
        }
        let Ok(mut response) = request.send(body.to_string()) else {
            return Answer::Lost;
        };
        let Ok(text) = response.body_mut().read_to_string() else {
            return Answer::Lost;
        };
        let status = response.status().as_u16();
        if status == 503 {
            return Answer::Lost;
        }
        assert!(status < 500, "{path} answered {status}: {text}");
        assert_ne!(status, 429, "{path}: the test is throttled");
        self.take_cookies(&response);
        Answer::Whole(status)
    }

    fn take_cookies<B>(&mut self, response: &Response<B>) {
        for cookie in response.headers().get_all("set-cookie") {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
