//! The rules that are compared: the production code, and alternatives.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use chrono::{DateTime, TimeDelta, Utc};
use rocket_accounts::domain::credentials::Username;
use rocket_accounts::domain::session::{Client, Generation, Session, SessionId, SessionPolicy};
use rocket_accounts::domain::user::UserId;
use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts::store::{
    AccountStore, Admission, NewUser, Presented, Refreshed, SessionStore, SplitStore, UserStore,
};
use uuid::Uuid;

/// Milliseconds since the login.
pub(crate) type At = i64;

pub(crate) const GRACE: At = 10_000;

/// The response to a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The refresh cookie is set to this generation.
    Sets(i64),
    /// The refresh cookie stays unchanged; the access token is of this generation.
    Leaves(i64),
    /// The session is over.
    Over,
}

/// One session under a rule.
pub(crate) trait Rule {
    fn refresh(&mut self, presented: i64, now: At) -> Answer;
    /// Notes that an access token of this generation is presented.
    fn see(&mut self, generation: i64, now: At);
}

/// The kind of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Every refresh rotates; the grace counts from the rotation, and until the first use.
    EveryRefresh,
    /// Every refresh rotates; the grace counts from the first use of the successor.
    FirstUse,
    /// As `FirstUse`, without rotating a token that was made or first used within the grace.
    FirstUseAndNoRotation,
    /// The previous token is always repeated, older ones within an interval that repeats move.
    MovingInterval,
    /// The production code.
    Ours,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [
        Self::EveryRefresh,
        Self::FirstUse,
        Self::FirstUseAndNoRotation,
        Self::MovingInterval,
        Self::Ours,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::EveryRefresh => "every refresh rotates, grace from the rotation",
            Self::FirstUse => "grace from the first use, alone",
            Self::FirstUseAndNoRotation => "first use, and no rotation inside the grace",
            Self::MovingInterval => "any older one, in an interval that repeats move",
            Self::Ours => "this service",
        }
    }

    pub(crate) fn new_session(self) -> Box<dyn Rule> {
        match self {
            Self::Ours => Box::new(Production::new()),
            kind => Box::new(Sketch::new(kind)),
        }
    }
}

/// A rule in a few lines.
struct Sketch {
    kind: Kind,
    newest: i64,
    made: At,
    seen: Option<At>,
    moved: At,
    over: bool,
}

impl Sketch {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            newest: 1,
            made: 0,
            seen: None,
            moved: 0,
            over: false,
        }
    }

    fn keeps(&self, now: At) -> bool {
        self.kind == Kind::FirstUseAndNoRotation
            && self.newest > 1
            && now - self.seen.unwrap_or(self.made) <= GRACE
    }

    fn repeats(&self, presented: i64, now: At) -> bool {
        let is_previous = presented + 1 == self.newest;
        match self.kind {
            Kind::EveryRefresh => is_previous && (self.seen.is_none() || now - self.made <= GRACE),
            Kind::MovingInterval => is_previous || now - self.moved <= GRACE,
            _ => is_previous && self.seen.is_none_or(|seen| now - seen <= GRACE),
        }
    }
}

impl Rule for Sketch {
    fn refresh(&mut self, presented: i64, now: At) -> Answer {
        if self.over {
            return Answer::Over;
        }
        if presented == self.newest {
            if self.keeps(now) {
                self.see(presented, now);
            } else {
                (self.newest, self.made, self.seen) = (presented + 1, now, None);
            }
        } else if !self.repeats(presented, now) {
            self.over = true;
            return Answer::Over;
        }
        self.moved = now;
        Answer::Sets(self.newest)
    }

    fn see(&mut self, generation: i64, now: At) {
        if generation == self.newest {
            self.seen.get_or_insert(now);
        }
    }
}

/// The production code on the in-memory store.
struct Production {
    store: SplitStore,
}

const ID: SessionId = SessionId(Uuid::from_u128(2));

const POLICY: SessionPolicy = SessionPolicy {
    idle: TimeDelta::days(30),
    idle_unremembered: TimeDelta::hours(12),
    absolute: TimeDelta::days(90),
    reuse_grace: TimeDelta::milliseconds(GRACE),
    cap: 20,
};

fn at(now: At) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(2_000_000_000) + TimeDelta::milliseconds(now)
}

/// Polls a future once: the in-memory store never waits.
fn finish<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing to wait for"),
    }
}

impl Production {
    fn new() -> Self {
        let memory = Arc::new(MemoryStore::default());
        let store = SplitStore::new(memory.clone(), memory);
        let user = store.insert_user(NewUser {
            id: UserId(Uuid::from_u128(1)),
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
        Self { store }
    }
}

impl Rule for Production {
    fn refresh(&mut self, presented: i64, now: At) -> Answer {
        let presented = Presented {
            session_id: ID,
            generation: Generation(presented),
        };
        match finish(self.store.refresh(presented, &POLICY, at(now))).expect("answers") {
            Refreshed::Rotated(session, _) | Refreshed::Repeated(session, _) => {
                Answer::Sets(session.generation.0)
            }
            Refreshed::Kept(session, _) => Answer::Leaves(session.generation.0),
            Refreshed::Reused { .. } | Refreshed::Ahead { .. } | Refreshed::Ended(_) => {
                Answer::Over
            }
        }
    }

    fn see(&mut self, generation: i64, now: At) {
        let found = finish(self.store.find_session_with_user(ID)).expect("found");
        let (session, user) = found.expect("never removed");
        if session.admit(&user, Generation(generation), at(now)) == Ok(true) {
            finish(self.store.confirm(ID, Generation(generation), at(now))).expect("confirms");
        }
    }
}
