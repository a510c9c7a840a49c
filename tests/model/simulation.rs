//! A browser with several tabs, a thief, a network and a clock around one session.

use crate::model::{Answer, GRACE, Model, TOLERANCE};
use crate::op::{Op, TABS, Tab};
use crate::server::Server;

const ACCESS_TOKEN_LIFE: i64 = 900;
/// An honest request is answered within two fifths of the grace, or never. With what is not noted
/// of repeats (a tenth) and the clocks of two replicas (a tenth) that is all of it: a request
/// and the answer that overtook it fit between two rotations.
const TIMEOUT: i64 = GRACE * 2 / 5;

/// How far the clocks of two replicas are apart, at most.
pub(crate) const SKEW: i64 = GRACE / 10;

/// What a jar holds: the generation of the refresh token, and the access token.
#[derive(Debug, Clone, Copy)]
struct Jar {
    refresh: i64,
    access: i64,
    access_until: i64,
}

/// A refresh on its way, with the answer once the server has acted.
#[derive(Debug, Clone, Copy)]
struct Flight {
    generation: i64,
    started: i64,
    answer: Option<(Answer, Option<Jar>)>,
}

pub(crate) struct Simulation {
    server: Server,
    honest: bool,
    /// The server's clock, the latest it has shown, and time as it really passes.
    now: i64,
    latest: i64,
    real: i64,
    jar: Option<Jar>,
    flights: [Option<Flight>; TABS],
    thief: Option<Jar>,
    has_expired: bool,
}

impl Simulation {
    /// The user has just logged in. All parties behave as they should, until a step says otherwise.
    pub(crate) fn honest() -> Self {
        Self::new(true, None)
    }

    /// Anything goes, and every answer is compared with the model's.
    pub(crate) fn wild() -> Self {
        Self::new(false, Some(Model::new(0)))
    }

    fn new(honest: bool, model: Option<Model>) -> Self {
        Self {
            server: Server::new(model),
            honest,
            now: 0,
            latest: 0,
            real: 0,
            jar: Some(jar(1, 0)),
            flights: [None; TABS],
            thief: None,
            has_expired: false,
        }
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        self.jar.is_some()
    }

    /// Whether the session's age has ever been a reason to refuse it.
    pub(crate) fn has_expired(&self) -> bool {
        self.has_expired
    }

    pub(crate) fn ends_within(&self, seconds: i64) -> bool {
        self.server.is_over(self.latest + seconds)
    }

    pub(crate) fn reuse_events(&self) -> usize {
        self.server.reuse_events()
    }

    /// One thing happens, if it can.
    ///
    /// What makes a browser honest: it gives up a refresh that is not answered in time, and the
    /// clock of no replica is ever more than the tolerance behind the latest that one showed. When each of
    /// its tabs refreshes is up to the tab.
    pub(crate) fn step(&mut self, op: Op) {
        match op {
            Op::Start(tab) => {
                self.start(tab);
            }
            Op::WakeUp(tabs) => (0..tabs).for_each(|tab| self.start(tab)),
            Op::Serve(tab) => {
                if let Some(generation) = self.unserved(tab) {
                    let answer = self.server.refresh(generation, self.now);
                    self.answer(tab, answer);
                }
            }
            Op::Arrive(tab) => self.arrive(tab),
            Op::Lose(tab) => self.flights[tab] = None,
            Op::RaceTabs(one, other, turns, skew) => {
                if let (Some(a), Some(b)) = (self.unserved(one), self.unserved(other))
                    && one != other
                {
                    let (a, b) = ((a, self.now), (b, self.now + skew));
                    self.has_expired |= self.server.has_expired(b.1);
                    let (a, b) = self.server.refresh_both(a, b, turns);
                    self.answer(one, a);
                    self.answer(other, b);
                }
            }
            Op::Access => self.access(self.jar),
            Op::Crash => self.flights = [None; TABS],
            Op::Logout => {
                self.server.log_out(self.now);
                self.jar = None;
            }
            Op::Copy => self.thief = self.jar,
            Op::ThiefRefresh => {
                self.thief_refreshes();
            }
            Op::ThiefAccess => self.access(self.thief),
            Op::RaceThief(tab, turns) => {
                if let (Some(generation), Some(thief)) = (self.unserved(tab), self.thief) {
                    let (a, b) = ((generation, self.now), (thief.refresh, self.now));
                    let (a, b) = self.server.refresh_both(a, b, turns);
                    self.answer(tab, a);
                    self.give_thief(b);
                }
            }
            Op::Guess(generation) => {
                self.server.refresh(generation, self.now);
            }
            Op::Forward(seconds) => self.forward(seconds),
            Op::Back(seconds) => {
                self.now -= seconds;
                if self.honest {
                    self.now = self.now.max(self.latest - TOLERANCE + SKEW);
                }
            }
        }
        self.server.audit(self.now);
        self.has_expired |= self.server.has_expired(self.now);
    }

    /// The clock is put right again.
    pub(crate) fn catch_up(&mut self) {
        self.now = self.latest;
    }

    /// A refresh that nothing disturbs.
    pub(crate) fn refresh_at_once(&mut self, tab: Tab) -> Option<Answer> {
        self.step(Op::Start(tab));
        self.step(Op::Serve(tab));
        let flight = self.flights[tab];
        self.step(Op::Arrive(tab));
        flight?.answer.map(|(answer, _)| answer)
    }

    pub(crate) fn thief_refreshes(&mut self) -> Option<Answer> {
        let answer = self.server.refresh(self.thief?.refresh, self.now);
        self.give_thief(answer);
        Some(answer)
    }

    fn give_thief(&mut self, answer: Answer) {
        if let Some(generation) = answer.generation() {
            self.thief = Some(jar(generation, self.now));
        }
    }

    fn start(&mut self, tab: Tab) {
        if self.flights[tab].is_none() {
            self.flights[tab] = self.jar.map(|jar| Flight {
                generation: jar.refresh,
                started: self.real,
                answer: None,
            });
        }
    }

    fn unserved(&self, tab: Tab) -> Option<i64> {
        let flight = self.flights[tab].filter(|flight| flight.answer.is_none());
        flight.map(|flight| flight.generation)
    }

    fn answer(&mut self, tab: Tab, answer: Answer) {
        let tokens = answer.generation().map(|made| jar(made, self.now));
        if let Some(flight) = &mut self.flights[tab] {
            flight.answer = Some((answer, tokens));
        }
    }

    /// The last answer to arrive is what the jar holds, but for a refresh token that the answer
    /// does not set; a final 401 clears it.
    fn arrive(&mut self, tab: Tab) {
        let flight = self.flights[tab];
        if let Some((answer, tokens)) = flight.and_then(|flight| flight.answer) {
            let held = self.jar.filter(|_| matches!(answer, Answer::Kept(_)));
            self.jar = tokens.map(|tokens| Jar {
                refresh: held.map_or(tokens.refresh, |held| held.refresh),
                ..tokens
            });
            self.flights[tab] = None;
        }
    }

    fn forward(&mut self, seconds: i64) {
        self.now += seconds;
        self.latest = self.latest.max(self.now);
        self.real += seconds;
        let (real, honest) = (self.real, self.honest);
        for flight in &mut self.flights {
            flight.take_if(|flight| honest && real - flight.started > TIMEOUT);
        }
    }

    /// A token past its time is refused before the session is looked at.
    fn access(&mut self, jar: Option<Jar>) {
        if let Some(jar) = jar.filter(|jar| self.now < jar.access_until) {
            self.server.access(jar.access, self.now);
        }
    }
}

fn jar(generation: i64, now: i64) -> Jar {
    Jar {
        refresh: generation,
        access: generation,
        access_until: now + ACCESS_TOKEN_LIFE,
    }
}
