//! Somebody with accounts, who remembers what was acknowledged and nothing else.

use std::sync::Arc;

use crate::browser::{Answer, Browser};
use crate::fleet::{Kind, Tally};

/// Changes that one user makes, in order; then the actor goes on as another user.
const LIFE: [Kind; 8] = [
    Kind::Refresh,
    Kind::Refresh,
    Kind::Change,
    Kind::Refresh,
    Kind::Change,
    Kind::Refresh,
    Kind::Refresh,
    Kind::Change,
];

/// A user who was acknowledged.
struct User {
    name: String,
    /// The last password that was acknowledged.
    password: String,
    /// A change to this password was asked for and never answered.
    in_flight: Option<String>,
    /// Passwords that an acknowledged change replaced.
    old: Vec<String>,
    /// Holds the last acknowledged tokens.
    browser: Browser,
}

pub(crate) struct Actor {
    number: usize,
    base: String,
    tally: Arc<Tally>,
    users: Vec<User>,
    /// Registrations that were never answered.
    in_flight: Vec<(String, String)>,
}

impl Actor {
    pub(crate) fn new(number: usize, base: String, tally: Arc<Tally>) -> Self {
        Self {
            number,
            base,
            tally,
            users: Vec::new(),
            in_flight: Vec::new(),
        }
    }

    /// Works until enough was acknowledged, and comes back with what is to be checked.
    pub(crate) fn work(mut self) -> Self {
        for count in 0.. {
            let name = format!("user-{}-{count}", self.number);
            let mut browser = Browser::new(&self.base);
            let password = password(&name, 0);
            let life = self.tally.life();
            match browser.register(&name, &password) {
                Answer::Whole(status) => {
                    assert_eq!(status, 201, "{name} is not registered");
                    self.tally.count(Kind::Register);
                    self.users.push(User {
                        name,
                        password,
                        in_flight: None,
                        old: Vec::new(),
                        browser,
                    });
                }
                Answer::Lost => {
                    self.in_flight.push((name, password));
                    if self.tally.wait_after(life) {
                        break;
                    }
                    continue;
                }
            }
            let user = self.users.last_mut().unwrap();
            if LIFE.into_iter().any(|kind| user.act(kind, &self.tally)) {
                break;
            }
        }
        self
    }

    /// Checks everything that was acknowledged, on a server that was killed before.
    pub(crate) fn check(self) {
        for user in self.users {
            user.check();
        }
        for (name, password) in self.in_flight {
            // Whole or not there at all.
            let answer = Browser::new(&self.base).log_in(&name, &password);
            assert!(
                [Answer::Whole(200), Answer::Whole(401)].contains(&answer),
                "{name}: {answer:?}"
            );
        }
    }
}

impl User {
    /// Makes one change, again and again until it is acknowledged; whether it is time to stop.
    fn act(&mut self, kind: Kind, tally: &Tally) -> bool {
        loop {
            if tally.is_done() {
                return true;
            }
            let life = tally.life();
            let done = match kind {
                Kind::Refresh => self.refresh(),
                Kind::Change => self.change(),
                Kind::Register => unreachable!("a user registers once"),
            };
            if done {
                tally.count(kind);
                return false;
            }
            if tally.wait_after(life) {
                return true;
            }
            while self.in_flight.is_some() {
                let life = tally.life();
                match self.find_out() {
                    // Made, if not acknowledged.
                    Some(true) => return false,
                    None if tally.wait_after(life) => return true,
                    Some(false) | None => {}
                }
            }
        }
    }

    /// The last acknowledged token refreshes, also if its successor was made and never arrived.
    fn refresh(&mut self) -> bool {
        let answer = self.browser.refresh();
        assert_ne!(answer, Answer::Whole(401), "{} lost the session", self.name);
        answer == Answer::Whole(200)
    }

    fn change(&mut self) -> bool {
        let new = password(&self.name, self.old.len() + 1);
        let answer = self.browser.change_password(&self.password, &new);
        match answer {
            Answer::Whole(status) => {
                assert_eq!(status, 200, "{} may not change the password", self.name);
                self.old.push(std::mem::replace(&mut self.password, new));
                true
            }
            Answer::Lost => {
                self.in_flight = Some(new);
                false
            }
        }
    }

    /// Which of two passwords is the one, exactly; `None` if the server was killed once more.
    fn find_out(&mut self) -> Option<bool> {
        let new = self.in_flight.clone()?;
        let with_new = self.log_in(&new)?;
        // If it is the new one, its cookies are kept.
        let mut with_old = Browser::new(self.browser.base());
        let is_old = match with_old.log_in(&self.name, &self.password) {
            Answer::Lost => return None,
            Answer::Whole(status) => status == 200,
        };
        assert_ne!(is_old, with_new, "{}: both passwords or neither", self.name);
        self.in_flight = None;
        if with_new {
            self.old.push(std::mem::replace(&mut self.password, new));
        } else {
            self.browser = with_old;
        }
        Some(with_new)
    }

    fn log_in(&mut self, password: &str) -> Option<bool> {
        match self.browser.log_in(&self.name, password) {
            Answer::Whole(200) => Some(true),
            Answer::Whole(status) => {
                assert_eq!(status, 401, "{}", self.name);
                Some(false)
            }
            Answer::Lost => None,
        }
    }

    fn check(mut self) {
        if self.in_flight.is_some() {
            self.find_out().expect("the server answers");
        }
        assert!(self.refresh(), "{}: the session is lost", self.name);
        let current = self.password.clone();
        let known = self.log_in(&current);
        assert_eq!(known, Some(true), "{}: the password is lost", self.name);
        for old in std::mem::take(&mut self.old) {
            let known = self.log_in(&old);
            assert_eq!(known, Some(false), "{}: an old password works", self.name);
        }
    }
}

/// Unlike each other, and no easy guess.
fn password(name: &str, count: usize) -> String {
    format!("quartz Ferry {name} 7 lantern {count}")
}
