//! A browser with two tabs, a thief, a network and a clock around one session.

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

use crate::model::{ABSOLUTE, Answer, GRACE, IDLE, Model, TOLERANCE};
use crate::yielding::{Yielding, finish, interleave};

const ACCESS_TOKEN_LIFE: i64 = 900;
/// An honest request is answered within half the grace, or never.
const PATIENCE: i64 = GRACE / 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    One,
    Two,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Op {
    /// A tab sends a refresh with what is in the jar.
    Start(Tab),
    /// The refresh reaches the server.
    Serve(Tab),
    /// The answer reaches the browser and the jar.
    Arrive(Tab),
    /// Request or answer is lost.
    Lose(Tab),
    /// Both tabs' refreshes reach the server together; the bits say whose step is next.
    RaceTabs(u8),
    /// The browser sends the access token in the jar.
    Access,
    /// The browser is gone and comes back with its jar.
    Crash,
    Logout,
    /// The thief copies the jar.
    Copy,
    ThiefRefresh,
    ThiefAccess,
    /// The thief's refresh and a tab's reach the server together.
    RaceThief(Tab, u8),
    /// Somebody presents a signed token of this generation.
    Guess(i64),
    /// Time passes, in seconds.
    Forward(i64),
    /// The server's clock is set back, in seconds.
    Back(i64),
}

/// The two tokens of one generation.
#[derive(Debug, Clone, Copy)]
struct Pair {
    generation: i64,
    access_until: i64,
}

/// A refresh on its way, with the answer once the server has acted.
#[derive(Debug, Clone, Copy)]
struct Flight {
    generation: i64,
    started: i64,
    answer: Option<(Answer, Option<Pair>)>,
}

pub(crate) struct World {
    store: Paired,
    id: SessionId,
    user_id: UserId,
    model: Model,
    honest: bool,
    /// The server's clock, the latest it has shown, and time as it really passes.
    now: i64,
    latest: i64,
    real: i64,
    jar: Option<Pair>,
    flights: [Option<Flight>; 2],
    thief: Option<Pair>,
    rotated_from: BTreeSet<i64>,
    reuse_events: usize,
    has_expired: bool,
    met_known_limit: bool,
    revocation: Option<Revocation>,
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(2_000_000_000 + seconds)
}

const POLICY: SessionPolicy = SessionPolicy {
    idle: TimeDelta::seconds(IDLE),
    absolute: TimeDelta::seconds(ABSOLUTE),
    reuse_grace: TimeDelta::seconds(GRACE),
    cap: 20,
};

impl World {
    /// The user has just logged in.
    pub(crate) fn new(honest: bool) -> Self {
        let memory = Arc::new(MemoryStore::default());
        let store = Paired::new(memory.clone(), Arc::new(Yielding(memory)));
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
        let id = SessionId(Uuid::from_u128(2));
        let session = Session::open(id, &user, Client::default(), &POLICY, at(0));
        let admission = Admission {
            cap: POLICY.cap,
            replaces: None,
        };
        finish(store.insert_session(&session, admission)).expect("inserted");
        Self {
            store,
            id,
            user_id: user.id,
            model: Model::new(0),
            honest,
            now: 0,
            latest: 0,
            real: 0,
            jar: Some(pair(1, 0)),
            flights: [None, None],
            thief: None,
            rotated_from: BTreeSet::new(),
            reuse_events: 0,
            has_expired: false,
            met_known_limit: false,
            revocation: None,
        }
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        self.jar.is_some()
    }

    /// Whether the session's age has ever been a reason to refuse it.
    pub(crate) fn has_expired(&self) -> bool {
        self.has_expired
    }

    /// Known limit: the grace counts from the rotation. If its answer was lost and, later than
    /// that, two tabs repeat the spent token together, the first one's use of what it got turns
    /// the second one's request into reuse.
    pub(crate) fn met_known_limit(&self) -> bool {
        self.met_known_limit
    }

    pub(crate) fn ends_within(&self, seconds: i64) -> bool {
        self.model.is_over(self.latest + seconds)
    }

    pub(crate) fn reuse_events(&self) -> usize {
        self.reuse_events
    }

    /// One thing happens, if it can.
    ///
    /// What makes a browser honest: it gives up a refresh that is not answered in half the grace;
    /// as long as its access token is good it does not refresh while another refresh is on its
    /// way; and the server's clock is never more than the tolerance behind the latest it showed.
    pub(crate) fn step(&mut self, op: Op) {
        match op {
            Op::Start(tab) => self.start(tab),
            Op::Serve(tab) => {
                if let Some(generation) = self.unserved(tab) {
                    let answer = self.present(generation);
                    self.answer(tab, answer);
                }
            }
            Op::Arrive(tab) => self.arrive(tab),
            Op::Lose(tab) => self.flights[tab as usize] = None,
            Op::RaceTabs(turns) => {
                if let (Some(a), Some(b)) = (self.unserved(Tab::One), self.unserved(Tab::Two)) {
                    let (a, b) = self.present_both(a, b, turns);
                    self.answer(Tab::One, a);
                    self.answer(Tab::Two, b);
                }
            }
            Op::Access => self.access(self.jar),
            Op::Crash => self.flights = [None, None],
            Op::Logout => self.log_out(),
            Op::Copy => self.thief = self.jar,
            Op::ThiefRefresh => {
                self.thief_refreshes();
            }
            Op::ThiefAccess => self.access(self.thief),
            Op::RaceThief(tab, turns) => {
                if let (Some(generation), Some(thief)) = (self.unserved(tab), self.thief) {
                    let (a, b) = self.present_both(generation, thief.generation, turns);
                    self.answer(tab, a);
                    self.give_thief(b);
                }
            }
            Op::Guess(generation) => {
                self.present(generation);
            }
            Op::Forward(seconds) => self.forward(seconds),
            Op::Back(seconds) => {
                self.now -= seconds;
                if self.honest {
                    self.now = self.now.max(self.latest - TOLERANCE);
                }
            }
        }
        self.audit();
    }

    /// The clock is put right again.
    pub(crate) fn catch_up(&mut self) {
        self.now = self.latest;
    }

    /// A refresh that nothing disturbs.
    pub(crate) fn refresh_at_once(&mut self, tab: Tab) -> Option<Answer> {
        self.step(Op::Start(tab));
        self.step(Op::Serve(tab));
        let flight = self.flights[tab as usize];
        self.step(Op::Arrive(tab));
        flight?.answer.map(|(answer, _)| answer)
    }

    pub(crate) fn thief_refreshes(&mut self) -> Option<Answer> {
        let answer = self.present(self.thief?.generation);
        self.give_thief(answer);
        Some(answer)
    }

    fn give_thief(&mut self, answer: Answer) {
        if let Some(generation) = answer.generation() {
            self.thief = Some(pair(generation, self.now));
        }
    }

    fn start(&mut self, tab: Tab) {
        let other_is_idle = self.flights[1 - tab as usize].is_none();
        if let (Some(jar), None) = (self.jar, self.flights[tab as usize])
            && (!self.honest || other_is_idle || self.now >= jar.access_until)
        {
            self.flights[tab as usize] = Some(Flight {
                generation: jar.generation,
                started: self.real,
                answer: None,
            });
        }
    }

    fn unserved(&self, tab: Tab) -> Option<i64> {
        let flight = self.flights[tab as usize].filter(|flight| flight.answer.is_none());
        flight.map(|flight| flight.generation)
    }

    fn answer(&mut self, tab: Tab, answer: Answer) {
        self.met_known_limit |=
            answer == Answer::Reused && self.now > self.model.newest().1 + GRACE;
        let tokens = answer.generation().map(|made| pair(made, self.now));
        if let Some(flight) = &mut self.flights[tab as usize] {
            flight.answer = Some((answer, tokens));
        }
    }

    /// The last answer to arrive is what the jar holds; a final 401 clears it.
    fn arrive(&mut self, tab: Tab) {
        if let Some(Flight {
            answer: Some((_, tokens)),
            ..
        }) = self.flights[tab as usize]
        {
            self.jar = tokens;
            self.flights[tab as usize] = None;
        }
    }

    fn forward(&mut self, seconds: i64) {
        self.now += seconds;
        self.latest = self.latest.max(self.now);
        self.real += seconds;
        let (real, honest) = (self.real, self.honest);
        for flight in &mut self.flights {
            flight.take_if(|flight| honest && real - flight.started > PATIENCE);
        }
    }

    fn log_out(&mut self) {
        let reason = RevocationReason::Logout;
        finish(self.store.revoke(self.id, reason, at(self.now))).expect("revoked");
        self.model.revoke();
        self.jar = None;
    }

    fn access(&mut self, tokens: Option<Pair>) {
        let Some(tokens) = tokens.filter(|tokens| self.now < tokens.access_until) else {
            return;
        };
        let generation = Generation(tokens.generation);
        let found = finish(self.store.find_session_with_user(self.id)).expect("found");
        let (session, user) = found.expect("never removed");
        let admitted = session.admit(&user, generation, at(self.now));
        if admitted == Ok(true) {
            finish(self.store.confirm(self.id, generation, at(self.now))).expect("confirmed");
        }
        let expected = self.model.access(tokens.generation, self.now);
        assert_eq!(admitted.is_ok(), expected, "access by {tokens:?}");
    }

    async fn refresh(&self, generation: i64) -> Answer {
        let presented = Presented {
            session_id: self.id,
            generation: Generation(generation),
        };
        let answer = self.store.refresh(presented, &POLICY, at(self.now)).await;
        Answer::of(&answer.expect("the store works"))
    }

    fn present(&mut self, generation: i64) -> Answer {
        let answer = finish(self.refresh(generation));
        self.note(generation, answer);
        assert_eq!(answer, self.model.refresh(generation, self.now));
        answer
    }

    /// Two calls that overlap are answered as if one had come after the other.
    fn present_both(&mut self, a: i64, b: i64, turns: u8) -> (Answer, Answer) {
        let answers = interleave(self.refresh(a), self.refresh(b), turns);
        self.note(a, answers.0);
        self.note(b, answers.1);
        let (mut a_first, mut b_first) = (self.model.clone(), self.model.clone());
        let in_order = (a_first.refresh(a, self.now), a_first.refresh(b, self.now));
        let b_answer = b_first.refresh(b, self.now);
        let reversed = (b_first.refresh(a, self.now), b_answer);
        assert!(answers == in_order || answers == reversed, "{answers:?}");
        self.model = if answers == in_order {
            a_first
        } else {
            b_first
        };
        answers
    }

    /// A generation has one successor, which is made once; a session ends by reuse once.
    fn note(&mut self, generation: i64, answer: Answer) {
        if let Some(made) = answer.generation() {
            assert_eq!(made, generation + 1, "the successor of {generation}");
        }
        if let Answer::Rotated(_) = answer {
            assert!(
                self.rotated_from.insert(generation),
                "made {generation} + 1 twice"
            );
        }
        self.reuse_events += usize::from(answer == Answer::Reused);
    }

    /// What holds whatever happened.
    fn audit(&mut self) {
        let found = finish(self.store.find_session(self.id)).expect("found");
        let session = found.expect("never removed");
        assert_eq!(session.generation.0, self.model.newest().0);
        let live = finish(self.store.list_sessions(self.user_id, at(self.now))).expect("listed");
        assert_eq!(live.is_empty(), self.model.is_over(self.now));
        assert!(live.len() <= 1, "one login, one session");
        if self.revocation.is_some() {
            assert_eq!(session.revocation, self.revocation, "revoked for good");
        }
        self.revocation = session.revocation;
        self.has_expired |= self.now >= self.model.end();
        let by_reuse = self
            .revocation
            .is_some_and(|r| r.reason == RevocationReason::Reuse);
        assert_eq!(
            self.reuse_events,
            usize::from(by_reuse),
            "one event a theft"
        );
    }
}

fn pair(generation: i64, now: i64) -> Pair {
    Pair {
        generation,
        access_until: now + ACCESS_TOKEN_LIFE,
    }
}
