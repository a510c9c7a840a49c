//! A browser with two tabs, a thief, a network and a clock around one session.

use crate::model::{Answer, GRACE, Model, TOLERANCE};
use crate::op::{Op, Tab};
use crate::server::Server;

const ACCESS_TOKEN_LIFE: i64 = 900;
/// An honest request is answered within half the grace, or never.
const PATIENCE: i64 = GRACE / 2;

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
    server: Server,
    honest: bool,
    /// The server's clock, the latest it has shown, and time as it really passes.
    now: i64,
    latest: i64,
    real: i64,
    jar: Option<Pair>,
    flights: [Option<Flight>; 2],
    thief: Option<Pair>,
    has_expired: bool,
    met_known_limit: bool,
}

impl World {
    /// The user has just logged in. Everybody behaves as they should, until told otherwise.
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
            jar: Some(pair(1, 0)),
            flights: [None, None],
            thief: None,
            has_expired: false,
            met_known_limit: false,
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
        self.server.is_over(self.latest + seconds)
    }

    pub(crate) fn reuse_events(&self) -> usize {
        self.server.reuse_events()
    }

    /// One thing happens, if it can.
    ///
    /// What makes a browser honest: it gives up a refresh that is not answered in half the grace;
    /// as long as its access token is good it starts none while an earlier one is on its way; and the server's clock is never more than the tolerance behind the latest it showed.
    pub(crate) fn step(&mut self, op: Op) {
        match op {
            Op::Start(tab) => {
                if self.may_start(tab) {
                    self.start(tab);
                }
            }
            Op::StartBoth => {
                if self.may_start(Tab::One) && self.may_start(Tab::Two) {
                    self.start(Tab::One);
                    self.start(Tab::Two);
                }
            }
            Op::Serve(tab) => {
                if let Some(generation) = self.unserved(tab) {
                    let answer = self.server.refresh(generation, self.now);
                    self.answer(tab, answer);
                }
            }
            Op::Arrive(tab) => self.arrive(tab),
            Op::Lose(tab) => self.flights[tab as usize] = None,
            Op::RaceTabs(turns) => {
                if let (Some(a), Some(b)) = (self.unserved(Tab::One), self.unserved(Tab::Two)) {
                    let (a, b) = self.server.refresh_both(a, b, turns, self.now);
                    self.answer(Tab::One, a);
                    self.answer(Tab::Two, b);
                }
            }
            Op::Access => self.access(self.jar),
            Op::Crash => self.flights = [None, None],
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
                    let (a, b) =
                        self.server
                            .refresh_both(generation, thief.generation, turns, self.now);
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
                    self.now = self.now.max(self.latest - TOLERANCE);
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
        let flight = self.flights[tab as usize];
        self.step(Op::Arrive(tab));
        flight?.answer.map(|(answer, _)| answer)
    }

    pub(crate) fn thief_refreshes(&mut self) -> Option<Answer> {
        let answer = self.server.refresh(self.thief?.generation, self.now);
        self.give_thief(answer);
        Some(answer)
    }

    fn give_thief(&mut self, answer: Answer) {
        if let Some(generation) = answer.generation() {
            self.thief = Some(pair(generation, self.now));
        }
    }

    fn may_start(&self, tab: Tab) -> bool {
        let is_needed = self.jar.is_some_and(|jar| self.now >= jar.access_until);
        let other_is_idle = self.flights[1 - tab as usize].is_none();
        self.flights[tab as usize].is_none() && (!self.honest || other_is_idle || is_needed)
    }

    fn start(&mut self, tab: Tab) {
        self.flights[tab as usize] = self.jar.map(|jar| Flight {
            generation: jar.generation,
            started: self.real,
            answer: None,
        });
    }

    fn unserved(&self, tab: Tab) -> Option<i64> {
        let flight = self.flights[tab as usize].filter(|flight| flight.answer.is_none());
        flight.map(|flight| flight.generation)
    }

    fn answer(&mut self, tab: Tab, answer: Answer) {
        self.met_known_limit |= answer == Answer::Reused && self.server.is_past_grace(self.now);
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

    /// A token past its time is refused before the session is looked at.
    fn access(&mut self, tokens: Option<Pair>) {
        if let Some(tokens) = tokens.filter(|tokens| self.now < tokens.access_until) {
            self.server.access(tokens.generation, self.now);
        }
    }
}

fn pair(generation: i64, now: i64) -> Pair {
    Pair {
        generation,
        access_until: now + ACCESS_TOKEN_LIFE,
    }
}
