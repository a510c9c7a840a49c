//! What a client does that is signed in.

use std::sync::{Arc, Mutex};

use super::{PASSWORDS_MAX, RandomClient};
use crate::client::Caller;
use crate::journal::Answered;

impl RandomClient {
    pub(super) fn refresh(&mut self, caller: &Caller) -> Option<Answered> {
        if self.rng.u32(..4) == 0 {
            self.user.stolen = Some(self.user.jar.lock().unwrap().clone());
        }
        self.target.refresh(caller, &self.user.jar)
    }

    pub(super) fn change_password(&mut self, caller: &Caller) -> Option<Answered> {
        if self.user.newest + 1 >= PASSWORDS_MAX {
            self.retire();
            return None;
        }
        let current = self.user.password?;
        self.user.newest += 1;
        let new = self.user.newest;
        let answered = self
            .target
            .change_password(caller, &self.user.jar, current, new)?;
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

    pub(super) fn second_session(&mut self, caller: &Caller) -> Option<Answered> {
        let jar = self.target.new_jar();
        let answered = self.target.log_in(caller, &jar, self.user.password?);
        self.user.other = Some(jar);
        Some(answered)
    }

    /// And looks at once whether the other one is over, on any replica.
    pub(super) fn end_others(&mut self, caller: &Caller) -> Option<Answered> {
        let answered = self.target.end_others(caller, &self.user.jar);
        let again = self.caller();
        if let Some(other) = self.user.other.take() {
            self.target.user(&again, &other);
            self.target.refresh(&again, &other);
        }
        answered
    }

    /// A thief comes back with what was stolen, however long ago that was.
    pub(super) fn steal(&mut self, caller: &Caller) -> Option<Answered> {
        let stolen = self.user.stolen.take()?;
        self.target.refresh(caller, &Arc::new(Mutex::new(stolen)));
        None
    }

    pub(super) fn contest(&mut self) -> Option<Answered> {
        let name = self.target.next_contest();
        let caller = Caller {
            user: name.clone(),
            ..self.caller()
        };
        let version = u32::try_from(self.number).unwrap();
        self.known.entry(name).or_default().insert(version);
        let answered = self
            .target
            .register(&caller, &self.target.new_jar(), version);
        matches!(answered, Answered::Refused | Answered::Broken).then_some(answered)
    }
}
