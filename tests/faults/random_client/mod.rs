//! What one client does, at random.

mod actions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use accounts_testkit::Browser;
use fastrand::Rng;

use crate::client::{Caller, Jar};
use crate::journal::Answered;
use crate::workload::Target;

/// Every user and the versions of the password that were ever asked for.
pub(crate) type Known = BTreeMap<String, BTreeSet<u32>>;

/// A user makes room for the next one after so many passwords.
const PASSWORDS_MAX: u32 = 8;
/// A password that no user has.
const WRONG: u32 = 1_000_000;

pub(crate) struct RandomClient {
    number: usize,
    target: Arc<Target>,
    rng: Rng,
    known: Known,
    users: u32,
    user: User,
    /// Whether another tab uses the same cookies: then nothing is done that ends its session
    /// other than by a logout.
    is_shared: bool,
}

struct User {
    name: String,
    jar: Jar,
    /// The last password that is known to work; `None` before the first answer.
    password: Option<u32>,
    /// Was asked for and not answered.
    unknown: Option<u32>,
    newest: u32,
    /// The jar as a thief copied it.
    stolen: Option<Browser>,
    /// A second session.
    other: Option<Jar>,
}

impl User {
    fn new(name: String, jar: Jar) -> Self {
        Self {
            name,
            jar,
            password: None,
            unknown: Some(0),
            newest: 0,
            stolen: None,
            other: None,
        }
    }
}

impl RandomClient {
    pub(crate) fn new(number: usize, target: Arc<Target>, shared: Option<Jar>, rng: Rng) -> Self {
        let is_shared = shared.is_some();
        let name = if is_shared {
            "shared".to_owned()
        } else {
            format!("user-{number}-0")
        };
        let jar = shared.unwrap_or_else(|| target.new_jar());
        Self {
            number,
            target,
            rng,
            known: Known::new(),
            users: 0,
            user: User::new(name, jar),
            is_shared,
        }
    }

    pub(crate) fn into_known(mut self) -> Known {
        self.retire();
        self.known
    }

    pub(crate) fn act(&mut self) {
        let is_in = self
            .user
            .jar
            .lock()
            .unwrap()
            .cookie("access_token")
            .is_some();
        if self.user.password.is_none() && !is_in {
            return self.register();
        }
        if self.user.unknown.is_some() {
            return self.find_out();
        }
        if !is_in {
            return self.log_in();
        }
        let caller = self.caller();
        let dice = self.rng.u32(..100);
        let answered = match dice {
            0..40 => self.target.user(&caller, &self.user.jar),
            40..68 => self.refresh(&caller),
            68..72 => self.target.log_out(&caller, &self.user.jar),
            _ if self.is_shared => self.target.refresh(&caller, &self.user.jar),
            72..80 => self.change_password(&caller),
            80..84 => self.second_session(&caller),
            84..88 => self.end_others(&caller),
            88..92 => Some(self.target.log_in(&caller, &self.target.new_jar(), WRONG)),
            92..96 => self.steal(&caller),
            _ => self.contest(),
        };
        self.look_at(answered.as_ref());
    }

    fn caller(&mut self) -> Caller {
        Caller {
            client: self.number,
            replica: self.rng.usize(..self.target.replicas.len()),
            user: self.user.name.clone(),
            is_shared: self.is_shared,
        }
    }

    fn look_at(&mut self, answered: Option<&Answered>) {
        match answered {
            Some(Answered::Whole(whole)) if whole.status == 401 => {
                // The session is over.
                let mut jar = self.user.jar.lock().unwrap();
                jar.forget("access_token");
                jar.forget("refresh_token");
            }
            Some(Answered::Refused | Answered::Broken) => {
                self.target.pause(Duration::from_millis(100));
            }
            _ => {}
        }
    }

    fn register(&mut self) {
        let caller = self.caller();
        match self.target.register(&caller, &self.user.jar, 0) {
            // 409: an earlier attempt was not answered, or the other tab was quicker.
            Answered::Whole(whole) if matches!(whole.status, 201 | 409) => {
                self.user.password = Some(0);
                self.user.unknown = None;
            }
            other => self.look_at(Some(&other)),
        }
        self.note(0);
    }

    fn note(&mut self, version: u32) {
        let versions = self.known.entry(self.user.name.clone()).or_default();
        versions.insert(version);
    }

    fn log_in(&mut self) {
        let caller = self.caller();
        let version = self.user.password.unwrap_or_default();
        let answered = self.target.log_in(&caller, &self.user.jar, version);
        self.look_at(Some(&answered));
    }

    /// After a change that was not answered: the new password, or else the old one.
    fn find_out(&mut self) {
        let caller = self.caller();
        let (Some(new), Some(old)) = (self.user.unknown, self.user.password) else {
            return self.register();
        };
        for version in [new, old] {
            let answered = self.target.log_in(&caller, &self.user.jar, version);
            self.look_at(Some(&answered));
            match answered {
                Answered::Whole(whole) if whole.status == 200 => {
                    self.user.password = Some(version);
                    self.user.unknown = None;
                    return;
                }
                Answered::Whole(whole) if whole.status == 401 => {}
                _ => return,
            }
        }
    }

    fn retire(&mut self) {
        if self.is_shared {
            return;
        }
        self.users += 1;
        let name = format!("user-{}-{}", self.number, self.users);
        self.user = User::new(name, self.target.new_jar());
    }
}
