//! A browser with recorded cookies.

use accounts_testkit::ORIGIN;
use rocket::http::{ContentType, Header, Method};
use rocket::local::asynchronous::Client;
use serde_json::{Value, json};

use super::record::Cookies;

pub(crate) struct Browser<'c> {
    client: &'c Client,
    cookies: Cookies,
}

/// Status and body.
#[derive(Debug)]
pub(crate) struct Answer {
    status: u16,
    body: Value,
    set_cookies: Vec<String>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, who: &str, status: u16) -> Self {
        assert_eq!(self.status, status, "{who}: {self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn is(&self, code: &str) {
        assert_eq!(self.body["code"], code);
    }

    /// Whether its cookies outlive the browser.
    #[track_caller]
    pub(crate) fn is_remembered(&self, remembered: bool) {
        assert!(!self.set_cookies.is_empty(), "{self:?}");
        let has_age = |cookie: &String| cookie.contains("; Max-Age=");
        let fit = self.set_cookies.iter().all(|it| has_age(it) == remembered);
        assert!(fit, "{self:?}");
    }
}

impl<'c> Browser<'c> {
    pub(crate) fn new(client: &'c Client, cookies: &Cookies) -> Self {
        Self {
            client,
            cookies: cookies.clone(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::Get, path, None).await
    }

    pub(crate) async fn refresh(&mut self) -> Answer {
        self.ask(Method::Post, "auth/refresh_token/", None).await
    }

    pub(crate) async fn log_out(&mut self) -> Answer {
        self.ask(Method::Post, "auth/logout/", None).await
    }

    pub(crate) async fn log_in(&mut self, name: &str, password: &str) -> Answer {
        let body = json!({ "username": name, "password": password });
        self.ask(Method::Post, "auth/login/", Some(body)).await
    }

    async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.client.req(method, format!("/accounts/{path}"));
        request.add_header(Header::new("Origin", ORIGIN));
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let pairs: Vec<_> = pairs.collect();
        if !pairs.is_empty() {
            request.add_header(Header::new("Cookie", pairs.join("; ")));
        }
        if let Some(token) = self.cookies.get("csrftoken") {
            request.add_header(Header::new("X-CSRFToken", token.clone()));
        }
        if let Some(body) = body {
            request.add_header(ContentType::JSON);
            request = request.body(body.to_string());
        }
        let answer = request.dispatch().await;
        for set in answer.headers().get("Set-Cookie") {
            let (name, rest) = set.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let set_cookies = answer.headers().get("Set-Cookie").map(str::to_owned);
        let set_cookies = set_cookies.collect();
        let status = answer.status().code;
        let text = answer.into_string().await.unwrap_or_default();
        Answer {
            status,
            body: serde_json::from_str(&text).unwrap_or_default(),
            set_cookies,
        }
    }
}
