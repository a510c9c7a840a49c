//! Requests of a browser that keeps the cookies of the answers.

use std::time::Duration;

use serde_json::{Value, json};

use super::Browser;
use crate::{Answer, PASSWORD, Request};

impl Browser {
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

    /// The same, however many others do it now: who finds no turn at hashing waits and tries again.
    #[track_caller]
    pub fn register_with_retries(&mut self, name: &str) -> Answer {
        let mut answer = self.register(name);
        for _ in 0..30 {
            if answer.status != 503 {
                break;
            }
            std::thread::park_timeout(Duration::from_secs(1));
            answer = self.register(name);
        }
        answer
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
