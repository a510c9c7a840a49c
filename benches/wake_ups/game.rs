//! A simulation of tabs of one browser that wake up together. Each follows the documented recipe on
//! its own: request, 401, refresh with the shared cookies, request again.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fastrand::Rng;

use crate::rules::{Answer, At, Kind, Rule};
use crate::settings::{STRAY, Setting};

pub(crate) const WAKE_UPS: usize = 10;

/// The end of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It lives on after all wake-ups.
    None,
    /// It ended at this wake-up, counted from the theft, or from the login without one.
    At(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Wakes,
    /// A request arrives with an access token of this generation, or without a valid one.
    Asks(Option<i64>),
    /// The 401 is back.
    Refused,
    /// A refresh arrives.
    Refreshes(i64),
    /// The answer is back: the refresh cookie, if it is set, and the access token's generation.
    Answered(Option<i64>, i64),
    ThiefWakes,
    ThiefUses(i64),
}

/// A browser and its session.
pub(crate) struct Game<'a> {
    setting: &'a Setting,
    rule: Box<dyn Rule>,
    rng: Rng,
    now: At,
    queue: BinaryHeap<Reverse<(At, u64, Event)>>,
    sent: u64,
    is_offline: bool,
    refresh: i64,
    access: Option<(i64, At)>,
    thief: Option<i64>,
    over: bool,
}

impl<'a> Game<'a> {
    pub(crate) fn new(setting: &'a Setting, kind: Kind, seed: u64) -> Self {
        Self {
            setting,
            rule: kind.new_session(),
            rng: Rng::with_seed(seed),
            now: 0,
            queue: BinaryHeap::new(),
            sent: 0,
            is_offline: false,
            refresh: 1,
            access: None,
            thief: None,
            over: false,
        }
    }

    /// Wakes the tabs up repeatedly; no thief has the tokens.
    pub(crate) fn honest(mut self) -> End {
        for wake_up in 1..=WAKE_UPS {
            self.wake_up();
            if self.over {
                return End::At(wake_up);
            }
        }
        End::None
    }

    /// Copies the cookies after two wake-ups; the thief then refreshes in turn with the browser, at
    /// different times, and uses the access token each time.
    pub(crate) fn stolen(mut self) -> End {
        self.wake_up();
        self.wake_up();
        if self.over {
            // The thief has got nothing.
            return End::At(0);
        }
        self.thief = Some(self.refresh);
        for wake_up in 1..=WAKE_UPS {
            self.wake_up();
            if self.over {
                return End::At(wake_up);
            }
        }
        End::None
    }

    /// Returns how long after its successor was first used a spent token is accepted from a client
    /// that presents it every other second, in milliseconds; the next wake-up is the end of it.
    pub(crate) fn spent_token_lives(mut self) -> At {
        self.wake_up();
        let spent = self.refresh;
        let began = self.now + self.setting.pause.start();
        self.wake_up();
        if self.over || self.refresh == spent {
            return 0;
        }
        let mut good_until = began;
        self.now += 1000;
        while self.now < began + self.setting.pause.start() {
            if self.rule.refresh(spent, self.now) == Answer::Over {
                break;
            }
            good_until = self.now;
            self.now += 2000;
        }
        good_until - began
    }

    fn send(&mut self, after: At, event: Event) {
        self.sent += 1;
        self.queue
            .push(Reverse((self.now + after, self.sent, event)));
    }

    fn latency(&mut self) -> At {
        if self.rng.u32(0..100) < self.setting.stray {
            return self.rng.i64(0..=STRAY);
        }
        self.rng.i64(self.setting.latency.clone())
    }

    fn wake_up(&mut self) {
        let pause = self.rng.i64(self.setting.pause.clone());
        let began = self.now;
        self.is_offline = self.rng.u32(0..100) < self.setting.offline;
        for _ in 0..self.setting.tabs {
            let after = self.rng.i64(0..=self.setting.spread);
            self.send(pause + after, Event::Wakes);
        }
        if self.thief.is_some() {
            let after = self.rng.i64(0..pause);
            self.send(after, Event::ThiefWakes);
        }
        while let Some(Reverse((at, _, event))) = self.queue.pop() {
            self.now = at;
            self.take(event);
            if self.over {
                return;
            }
        }
        self.now = self.now.max(began + pause);
    }

    /// Returns the browser's access token, if it is valid.
    fn good_access(&self) -> Option<i64> {
        let access = self.access.filter(|(_, until)| self.now < *until);
        access.map(|(generation, _)| generation)
    }

    fn take(&mut self, event: Event) {
        let delay = self.latency();
        match event {
            Event::Wakes => self.send(delay, Event::Asks(self.good_access())),
            Event::Asks(Some(generation)) | Event::ThiefUses(generation) => {
                self.rule.see(generation, self.now);
            }
            Event::Asks(None) => self.send(delay, Event::Refused),
            Event::Refused => self.send(delay, Event::Refreshes(self.refresh)),
            Event::Refreshes(presented) => {
                let answer = self.rule.refresh(presented, self.now);
                let is_lost = self.is_offline || self.rng.u32(0..100) < self.setting.lost;
                match answer {
                    Answer::Over => self.over = true,
                    _ if is_lost => {
                        if let Some(again) = self.setting.again.clone() {
                            let after = self.rng.i64(again);
                            self.send(after, Event::Wakes);
                        }
                    }
                    Answer::Sets(made) => self.send(delay, Event::Answered(Some(made), made)),
                    Answer::Leaves(newest) => self.send(delay, Event::Answered(None, newest)),
                }
            }
            Event::Answered(refresh, access) => {
                self.refresh = refresh.unwrap_or(self.refresh);
                self.access = Some((access, self.now + self.setting.pause.start() / 2));
                self.send(delay, Event::Asks(Some(access)));
            }
            Event::ThiefWakes => match self.thief.map(|held| self.rule.refresh(held, self.now)) {
                Some(Answer::Over) => self.over = true,
                Some(Answer::Sets(made) | Answer::Leaves(made)) => {
                    self.thief = Some(made);
                    self.send(delay, Event::ThiefUses(made));
                }
                None => {}
            },
        }
    }
}
