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
    AccountStore, Admission, NewUser, Presented, SessionStore, SplitStore, UserStore,
};
use uuid::Uuid;

use crate::model::{ABSOLUTE, Answer, GRACE, IDLE, Model};
use crate::yielding::{Yielding, finish, interleave};

const POLICY: SessionPolicy = SessionPolicy {
    idle: TimeDelta::seconds(IDLE),
    idle_unremembered: TimeDelta::seconds(IDLE),
    absolute: TimeDelta::seconds(ABSOLUTE),
    reuse_grace: TimeDelta::seconds(GRACE),
    cap: 20,
};

const ID: SessionId = SessionId(Uuid::from_u128(2));
const USER_ID: UserId = UserId(Uuid::from_u128(1));

/// A generation that is presented, and when.
pub(crate) type Call = (i64, i64);

pub(crate) struct Server {
    store: SplitStore,
    /// What each answer is compared with, if it is: every history that fits the answers so far.
    /// There are several when two calls overlapped and their order did not show.
    models: Vec<Model>,
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
        let models = model.into_iter().collect();
        let memory = Arc::new(MemoryStore::default());
        let store = SplitStore::new(memory.clone(), Arc::new(Yielding(memory)));
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
        let session = Session::open(ID, &user, Client::default(), true, &POLICY, at(0));
        let admission = Admission {
            cap: POLICY.cap,
            replaces: None,
        };
        finish(store.insert_session(&session, admission)).expect("inserted");
        Self {
            store,
            models,
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

    pub(crate) fn log_out(&mut self, now: i64) {
        finish(self.store.revoke(ID, RevocationReason::Logout, at(now))).expect("revoked");
        self.models.iter_mut().for_each(Model::revoke);
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
        self.compare(&format!("access by {generation}"), |model| {
            model.access(generation, now) == admitted.is_ok()
        });
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
        self.compare(&format!("{answer:?} by {generation}"), |model| {
            model.refresh(generation, now) == answer
        });
        answer
    }

    /// Keeps the histories that go on like this, of which there must be one.
    fn compare(&mut self, what: &str, goes_on: impl Fn(&mut Model) -> bool) {
        if !self.models.is_empty() {
            self.models.retain_mut(|model| goes_on(model));
            assert!(!self.models.is_empty(), "{what}");
        }
    }

    /// Two calls that overlap are answered as if one had come after the other. Each has its own
    /// clock.
    pub(crate) fn refresh_both(&mut self, a: Call, b: Call, turns: u8) -> (Answer, Answer) {
        let answers = interleave(self.call(a.0, a.1), self.call(b.0, b.1), turns);
        self.note(a.0, answers.0);
        self.note(b.0, answers.1);
        if !self.models.is_empty() {
            let (mut in_order, mut reversed) = (self.models.clone(), self.models.clone());
            in_order
                .retain_mut(|model| (model.refresh(a.0, a.1), model.refresh(b.0, b.1)) == answers);
            reversed.retain_mut(|model| {
                let of_b = model.refresh(b.0, b.1);
                (model.refresh(a.0, a.1), of_b) == answers
            });
            in_order.retain(|model| !reversed.contains(model));
            in_order.append(&mut reversed);
            assert!(!in_order.is_empty(), "{answers:?} by {a:?} and {b:?}");
            self.models = in_order;
        }
        answers
    }

    /// A generation has one successor, which is made once.
    fn note(&mut self, generation: i64, answer: Answer) {
        match answer {
            Answer::Kept(kept) => assert_eq!(kept, generation),
            answer => {
                let is_successor = answer
                    .generation()
                    .is_none_or(|made| made == generation + 1);
                assert!(is_successor, "{answer:?} for {generation}");
            }
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
        for model in &self.models {
            assert_eq!(live.is_empty(), model.is_over(now));
        }
    }
}
