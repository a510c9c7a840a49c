//! Requests that a test sends.

use std::net::SocketAddr;

use rocket::http::Method;
use serde_json::Value;

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) sends_csrf: bool,
    pub(super) remote: Option<SocketAddr>,
}

impl Call {
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: format!("/accounts/{path}"),
            headers: Vec::new(),
            body: None,
            sends_csrf: true,
            remote: None,
        }
    }

    pub fn post(path: &str) -> Self {
        Self::new(Method::Post, path)
    }

    pub fn get(path: &str) -> Self {
        Self::new(Method::Get, path)
    }

    /// At a path of the host application.
    pub fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("Content-Type", content_type)
    }

    pub fn without_csrf_token(mut self) -> Self {
        self.sends_csrf = false;
        self
    }
}
