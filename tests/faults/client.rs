//! One tab of a browser that writes down what it asks and is answered.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use accounts_testkit::{Answer, Browser, Client, Request};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::journal::{Answered, Asked, Exchange, Record, Token, Whole};
use crate::workload::Target;

/// Longer than any fault of the schedule, so that no request is left behind that is still at work.
const TIMEOUT: Duration = Duration::from_secs(40);

/// A cookie jar, of which two tabs may hold the same.
pub(crate) type Jar = Arc<Mutex<Browser>>;

/// Whom a request is about, and which tab sends it.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) client: usize,
    pub(crate) replica: usize,
    pub(crate) user: String,
    pub(crate) is_shared: bool,
}

/// No guess, and unlike all others.
pub(crate) fn password(user: &str, version: u32) -> String {
    format!("quartz Ferry {user} 7 lantern {version}")
}

impl Target {
    pub(crate) fn register(&self, caller: &Caller, jar: &Jar, version: u32) -> Answered {
        let asked = Asked::Register { password: version };
        self.with_password(caller, jar, asked, "auth/register/", version)
    }

    pub(crate) fn log_in(&self, caller: &Caller, jar: &Jar, version: u32) -> Answered {
        let asked = Asked::LogIn { password: version };
        self.with_password(caller, jar, asked, "auth/login/", version)
    }

    fn with_password(
        &self,
        caller: &Caller,
        jar: &Jar,
        asked: Asked,
        path: &str,
        version: u32,
    ) -> Answered {
        let body = json!({ "username": caller.user, "password": password(&caller.user, version) });
        // Without cookies, so that no session is ended by it.
        let request = Browser::new(self.client(caller)).request("POST", path);
        self.exchange(caller, jar, asked, request.json(&body))
    }

    pub(crate) fn user(&self, caller: &Caller, jar: &Jar) -> Option<Answered> {
        let (token, browser) = self.look(caller, jar, "access_token")?;
        let request = browser.request("GET", "user/");
        Some(self.exchange(caller, jar, Asked::User { token }, request))
    }

    pub(crate) fn refresh(&self, caller: &Caller, jar: &Jar) -> Option<Answered> {
        let (token, browser) = self.look(caller, jar, "refresh_token")?;
        let request = browser.unsafe_request("POST", "auth/refresh_token/");
        Some(self.exchange(caller, jar, Asked::Refresh { token }, request))
    }

    pub(crate) fn log_out(&self, caller: &Caller, jar: &Jar) -> Option<Answered> {
        let (token, browser) = self.look(caller, jar, "access_token")?;
        // Two logins at once can leave cookies of two sessions in a shared jar. A logout ends both,
        // which the journal does not know.
        let refresh = browser.cookie("refresh_token").map(|text| claims(text).0);
        if refresh.is_some_and(|refresh| refresh.sid != token.sid) {
            return None;
        }
        let request = browser.unsafe_request("POST", "auth/logout/");
        Some(self.exchange(caller, jar, Asked::LogOut { token }, request))
    }

    pub(crate) fn end_others(&self, caller: &Caller, jar: &Jar) -> Option<Answered> {
        let (token, browser) = self.look(caller, jar, "access_token")?;
        let request = browser.unsafe_request("DELETE", "sessions/");
        Some(self.exchange(caller, jar, Asked::EndOthers { token }, request))
    }

    pub(crate) fn change_password(
        &self,
        caller: &Caller,
        jar: &Jar,
        current: u32,
        new: u32,
    ) -> Option<Answered> {
        let (token, browser) = self.look(caller, jar, "access_token")?;
        let body = json!({
            "current_password": password(&caller.user, current),
            "new_password": password(&caller.user, new),
        });
        let request = browser.unsafe_request("POST", "user/password/").json(&body);
        let asked = Asked::ChangePassword {
            token,
            current,
            new,
        };
        Some(self.exchange(caller, jar, asked, request))
    }

    fn client(&self, caller: &Caller) -> Client {
        Client::new(self.replicas[caller.replica]).timeout(TIMEOUT)
    }

    /// The token that is the credential, and the jar as it is now, in front of the replica.
    fn look(&self, caller: &Caller, jar: &Jar, name: &str) -> Option<(Token, Browser)> {
        let mut browser = jar.lock().unwrap().clone();
        browser.move_to(self.client(caller));
        let token = claims(browser.cookie(name)?).0;
        Some((token, browser))
    }

    fn exchange(&self, caller: &Caller, jar: &Jar, asked: Asked, request: Request) -> Answered {
        let start = self.journal.now();
        let answer = request.try_send();
        let end = self.journal.now();
        let answered = match answer {
            Ok(answer) => {
                // A login or registration that failed leaves the jar as it was.
                jar.lock().unwrap().take(&answer);
                Answered::Whole(whole(&answer))
            }
            Err(error) => match error.kind() {
                io::ErrorKind::ConnectionRefused => Answered::Refused,
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Answered::TimedOut,
                _ => Answered::Broken,
            },
        };
        self.journal.note(Record::Exchange(Exchange {
            client: caller.client,
            replica: caller.replica,
            user: caller.user.clone(),
            is_shared: caller.is_shared,
            start,
            end,
            asked,
            answered: answered.clone(),
        }));
        answered
    }
}

fn whole(answer: &Answer) -> Whole {
    let mut whole = Whole {
        status: answer.status,
        code: None,
        retry_after: answer
            .header("retry-after")
            .and_then(|text| text.parse().ok()),
        ..Whole::default()
    };
    let body = serde_json::from_str::<Value>(&answer.text).unwrap_or_default();
    whole.code = body["code"].as_str().map(str::to_owned);
    for cookie in answer.set_cookies() {
        if cookie.clears() {
            whole.clears.push(cookie.name);
            continue;
        }
        if cookie.name.ends_with("access_token") {
            let (token, user_id) = claims(&cookie.value);
            whole.user_id = Some(user_id);
            whole.access = Some(token);
        } else if cookie.name.ends_with("refresh_token") {
            whole.refresh = Some(claims(&cookie.value).0);
        }
        whole.sets.push(cookie.name);
    }
    whole
}

/// What a token says of itself, and of which user.
fn claims(text: &str) -> (Token, String) {
    let payload = text.split('.').nth(1).unwrap();
    let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    let token = Token {
        sid: claims["sid"].as_str().unwrap().to_owned(),
        generation: claims["gen"].as_i64().unwrap(),
        expires: claims["exp"].as_i64().unwrap(),
    };
    (token, claims["sub"].as_str().unwrap().to_owned())
}
