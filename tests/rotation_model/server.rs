//! The production code under one session, watched: what must hold is checked after every call.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rocket_accounts::domain::credentials::Username;
use rocket_accounts::domain::session::{
    Client, Generation, Revocation, RevocationReason, Session, SessionId, SessionPolicy,
};
use rocket_accounts::domain::user::UserId;
use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts::store::{
    AccountStore, Admission, NewUser, Paired, Presented, SessionStore, UserStore,
};
use uuid::Uuid;

use crate::model::{ABSOLUTE, Answer, GRACE, IDLE, Model};
use crate::yielding::{Yielding, finish, interleave};

const POLICY: SessionPolicy = SessionPolicy {
    idle: TimeDelta::seconds(IDLE),
    absolute: TimeDelta::seconds(ABSOLUTE),
    reuse_grace: TimeDelta::seconds(GRACE),
    cap: 20,
};

const ID: SessionId = SessionId(Uuid::from_u128(2));
const USER_ID: UserId = UserId(Uuid::from_u128(1));

pub(crate) struct Server {
    store: Paired,
    /// What each answer is compared with, if it is.
    model: Option<Model>,
    rotated_from: BTreeSet<i64>,
    reuse_events: usize,
    revocation: Option<Revocation>,
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(2_000_000_000 + seconds)
}

impl Server {
    /// The user has logged in at second 0.
    pub(crate) fn new(model: Option<Model>) -> Self {
        let memory = Arc::new(MemoryStore::default());
        let store = Paired::new(memory.clone(), Arc::new(Yielding(memory)));
        let user = store.insert_user(NewUser {
            id: USER_ID,
            username: Username::parse("ada").expect("valid"),
            first_name: String::new(),
            last_name: String::new(),
            password_hash: None,
            is_active: true,
            created_at: at(0),
        });
        let user = finish(user).expect("inserted");
        let session = Session::open(ID, &user, Client::default(), &POLICY, at(0));
        let admission = Admission {
            cap: POLICY.cap,
            replaces: None,
        };
        finish(store.insert_session(&session, admission)).expect("inserted");
        Self {
            store,
            model,
            rotated_from: BTreeSet::new(),
            reuse_events: 0,
            revocation: None,
        }
    }

    pub(crate) fn reuse_events(&self) -> usize {
        self.reuse_events
    }

    fn session(&self) -> Session {
        let found = finish(self.store.find_session(ID)).expect("found");
        found.expect("never removed")
    }

    pub(crate) fn has_expired(&self, now: i64) -> bool {
        self.session().has_expired(at(now))
    }

    pub(crate) fn is_over(&self, now: i64) -> bool {
        self.revocation.is_some() || self.has_expired(now)
    }

    /// Whether the newest generation is so old that the grace is over.
    pub(crate) fn is_past_grace(&self, now: i64) -> bool {
        at(now) - self.session().rotated_at > POLICY.reuse_grace
    }

    pub(crate) fn log_out(&mut self, now: i64) {
        finish(self.store.revoke(ID, RevocationReason::Logout, at(now))).expect("revoked");
        if let Some(model) = &mut self.model {
            model.revoke();
        }
    }

    /// An access token is presented.
    pub(crate) fn access(&mut self, generation: i64, now: i64) {
        let found = finish(self.store.find_session_with_user(ID)).expect("found");
        let (session, user) = found.expect("never removed");
        let admitted = session.admit(&user, Generation(generation), at(now));
        if admitted == Ok(true) {
            let confirmed = self.store.confirm(ID, Generation(generation), at(now));
            finish(confirmed).expect("confirmed");
        }
        if let Some(model) = &mut self.model {
            let expected = model.access(generation, now);
            assert_eq!(admitted.is_ok(), expected, "access by {generation}");
        }
    }

    async fn call(&self, generation: i64, now: i64) -> Answer {
        let presented = Presented {
            session_id: ID,
            generation: Generation(generation),
        };
        let answer = self.store.refresh(presented, &POLICY, at(now)).await;
        Answer::of(&answer.expect("the store works"))
    }

    /// A refresh token is presented.
    pub(crate) fn refresh(&mut self, generation: i64, now: i64) -> Answer {
        let answer = finish(self.call(generation, now));
        self.note(generation, answer);
        if let Some(model) = &mut self.model {
            assert_eq!(answer, model.refresh(generation, now), "by {generation}");
        }
        answer
    }

    /// Two calls that overlap are answered as if one had come after the other.
    pub(crate) fn refresh_both(&mut self, a: i64, b: i64, turns: u8, now: i64) -> (Answer, Answer) {
        let answers = interleave(self.call(a, now), self.call(b, now), turns);
        self.note(a, answers.0);
        self.note(b, answers.1);
        if let Some(model) = &mut self.model {
            let (mut a_first, mut b_first) = (model.clone(), model.clone());
            let in_order = (a_first.refresh(a, now), a_first.refresh(b, now));
            let b_answer = b_first.refresh(b, now);
            let reversed = (b_first.refresh(a, now), b_answer);
            assert!(answers == in_order || answers == reversed, "{answers:?}");
            *model = if answers == in_order {
                a_first
            } else {
                b_first
            };
        }
        answers
    }

    /// A generation has one successor, which is made once.
    fn note(&mut self, generation: i64, answer: Answer) {
        if let Some(made) = answer.generation() {
            assert_eq!(made, generation + 1, "the successor of {generation}");
        }
        if let Answer::Rotated(made) = answer {
            assert!(self.rotated_from.insert(generation), "{made} made twice");
        }
        self.reuse_events += usize::from(answer == Answer::Reused);
    }

    /// What holds whatever happened.
    pub(crate) fn audit(&mut self, now: i64) {
        let session = self.session();
        let rotations = i64::try_from(self.rotated_from.len()).expect("few");
        assert_eq!(session.generation.0, 1 + rotations, "no step is skipped");
        let live = finish(self.store.list_sessions(USER_ID, at(now))).expect("listed");
        assert!(live.len() <= 1, "one login, one session");
        if self.revocation.is_some() {
            assert_eq!(session.revocation, self.revocation, "revoked for good");
        }
        self.revocation = session.revocation;
        let reason = self.revocation.map(|revocation| revocation.reason);
        let thefts = usize::from(reason == Some(RevocationReason::Reuse));
        assert_eq!(self.reuse_events, thefts, "one event a theft");
        assert_eq!(live.is_empty(), self.is_over(now));
        if let Some(model) = &self.model {
            assert_eq!(live.is_empty(), model.is_over(now));
        }
    }
}
