//! What one client does, by lot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use accounts_testkit::Browser;
use fastrand::Rng;

use crate::client::{Jar, Who};
use crate::fleet::Site;
use crate::journal::Answered;

/// Every user and the versions of the password that were ever asked for.
pub(crate) type Known = BTreeMap<String, BTreeSet<u32>>;

/// A user makes room for the next one after so many passwords.
const PASSWORDS_MAX: u32 = 8;
/// A password that nobody has.
const WRONG: u32 = 1_000_000;

pub(crate) struct Actor {
    number: usize,
    site: Arc<Site>,
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

impl Actor {
    pub(crate) fn new(number: usize, site: Arc<Site>, shared: Option<Jar>, rng: Rng) -> Self {
        let is_shared = shared.is_some();
        let name = if is_shared {
            "shared".to_owned()
        } else {
            format!("user-{number}-0")
        };
        let jar = shared.unwrap_or_else(|| site.new_jar());
        Self {
            number,
            site,
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
        let who = self.who();
        let dice = self.rng.u32(..100);
        let answered = match dice {
            0..40 => self.site.user(&who, &self.user.jar),
            40..68 => self.refresh(&who),
            68..72 => self.site.log_out(&who, &self.user.jar),
            _ if self.is_shared => self.site.refresh(&who, &self.user.jar),
            72..80 => self.change_password(&who),
            80..84 => self.second_session(&who),
            84..88 => self.end_others(&who),
            88..92 => Some(self.site.log_in(&who, &self.site.new_jar(), WRONG)),
            92..96 => self.steal(&who),
            _ => self.contest(),
        };
        self.look_at(answered.as_ref());
    }

    fn who(&mut self) -> Who {
        Who {
            client: self.number,
            replica: self.rng.usize(..self.site.replicas.len()),
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
                self.site.pause(Duration::from_millis(100));
            }
            _ => {}
        }
    }

    fn register(&mut self) {
        let who = self.who();
        match self.site.register(&who, &self.user.jar, 0) {
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
        let who = self.who();
        let version = self.user.password.unwrap_or_default();
        let answered = self.site.log_in(&who, &self.user.jar, version);
        self.look_at(Some(&answered));
    }

    /// After a change that was not answered: the new password, or else the old one.
    fn find_out(&mut self) {
        let who = self.who();
        let (Some(new), Some(old)) = (self.user.unknown, self.user.password) else {
            return self.register();
        };
        for version in [new, old] {
            let answered = self.site.log_in(&who, &self.user.jar, version);
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

    fn refresh(&mut self, who: &Who) -> Option<Answered> {
        if self.rng.u32(..4) == 0 {
            self.user.stolen = Some(self.user.jar.lock().unwrap().clone());
        }
        self.site.refresh(who, &self.user.jar)
    }

    fn change_password(&mut self, who: &Who) -> Option<Answered> {
        if self.user.newest + 1 >= PASSWORDS_MAX {
            self.retire();
            return None;
        }
        let current = self.user.password?;
        self.user.newest += 1;
        let new = self.user.newest;
        let answered = self
            .site
            .change_password(who, &self.user.jar, current, new)?;
        self.note(new);
        match &answered {
            Answered::Whole(whole) if whole.status == 200 => self.user.password = Some(new),
            // The session was over before, or the current password was not the current one.
            Answered::Whole(whole) if matches!(whole.status, 400 | 401) => {
                self.user.unknown = Some(new);
            }
            Answered::Refused => {}
            _ => self.user.unknown = Some(new),
        }
        Some(answered)
    }

    fn second_session(&mut self, who: &Who) -> Option<Answered> {
        let jar = self.site.new_jar();
        let answered = self.site.log_in(who, &jar, self.user.password?);
        self.user.other = Some(jar);
        Some(answered)
    }

    /// And looks at once whether the other one is over, on any replica.
    fn end_others(&mut self, who: &Who) -> Option<Answered> {
        let answered = self.site.end_others(who, &self.user.jar);
        let again = self.who();
        if let Some(other) = self.user.other.take() {
            self.site.user(&again, &other);
            self.site.refresh(&again, &other);
        }
        answered
    }

    /// A thief comes back with what was stolen, however long ago that was.
    fn steal(&mut self, who: &Who) -> Option<Answered> {
        let stolen = self.user.stolen.take()?;
        self.site.refresh(who, &Arc::new(Mutex::new(stolen)));
        None
    }

    fn contest(&mut self) -> Option<Answered> {
        let name = self.site.next_contest();
        let who = Who {
            user: name.clone(),
            ..self.who()
        };
        let version = u32::try_from(self.number).unwrap();
        self.known.entry(name).or_default().insert(version);
        let answered = self.site.register(&who, &self.site.new_jar(), version);
        matches!(answered, Answered::Refused | Answered::Broken).then_some(answered)
    }

    fn retire(&mut self) {
        if self.is_shared {
            return;
        }
        self.users += 1;
        let name = format!("user-{}-{}", self.number, self.users);
        self.user = User::new(name, self.site.new_jar());
    }
}
