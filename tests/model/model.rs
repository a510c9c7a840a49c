//! What the answers must be, worked out from the history of one session.

use std::collections::BTreeMap;

use rocket_accounts::store::Refreshed;

/// The answer that a party gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A token of this generation, which is new.
    Rotated(i64),
    /// A token of this generation, again, for the one before it.
    Repeated(i64),
    /// The token of this generation, which was presented, stays the newest.
    Kept(i64),
    /// Reuse was detected here and now.
    Reused,
    /// A generation that was never made, detected here and now.
    Ahead,
    /// The session is over.
    Over,
}

impl Answer {
    /// The answer of the production code, and whether it ended the session.
    pub(crate) fn of(refreshed: &Refreshed) -> Self {
        match refreshed {
            Refreshed::Rotated(session, _) => Self::Rotated(session.generation.0),
            Refreshed::Repeated(session, _) => Self::Repeated(session.generation.0),
            Refreshed::Kept(session, _) => Self::Kept(session.generation.0),
            Refreshed::Reused { first: true, .. } => Self::Reused,
            Refreshed::Ahead { first: true, .. } => Self::Ahead,
            // A racer that is not the first is as good as one that came a moment later.
            Refreshed::Reused { first: false, .. }
            | Refreshed::Ahead { first: false, .. }
            | Refreshed::Ended(_) => Self::Over,
        }
    }

    /// The generation handed out.
    pub(crate) fn generation(self) -> Option<i64> {
        match self {
            Self::Rotated(generation) | Self::Repeated(generation) | Self::Kept(generation) => {
                Some(generation)
            }
            Self::Reused | Self::Ahead | Self::Over => None,
        }
    }

    pub(crate) fn is_good(self) -> bool {
        self.generation().is_some()
    }
}

pub(crate) const GRACE: i64 = 10;
pub(crate) const TOLERANCE: i64 = 60;
pub(crate) const IDLE: i64 = 20_000;
pub(crate) const ABSOLUTE: i64 = 60_000;

/// A handing out is not noted again so soon after another.
const NOTED: i64 = GRACE / 10;

/// The history of a session: when each generation was made, and first used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Model {
    made: BTreeMap<i64, i64>,
    used: BTreeMap<i64, i64>,
    /// When the newest generation was handed out, as far as it was noted.
    handed_out: i64,
    revoked: bool,
    opened: i64,
}

impl Model {
    pub(crate) fn new(now: i64) -> Self {
        Self {
            made: BTreeMap::from([(1, now)]),
            used: BTreeMap::new(),
            handed_out: now,
            revoked: false,
            opened: now,
        }
    }

    /// The newest generation and when it was made.
    fn newest(&self) -> (i64, i64) {
        let newest = self.made.last_key_value();
        newest.map_or((0, 0), |(generation, made)| (*generation, *made))
    }

    fn end(&self) -> i64 {
        (self.newest().1 + IDLE).min(self.opened + ABSOLUTE)
    }

    pub(crate) fn is_over(&self, now: i64) -> bool {
        self.revoked || now >= self.end()
    }

    pub(crate) fn revoke(&mut self) {
        self.revoked = true;
    }

    /// A refresh token is presented.
    pub(crate) fn refresh(&mut self, generation: i64, now: i64) -> Answer {
        let (newest, _) = self.newest();
        let first_used = self.used.get(&newest).copied();
        let since = now - first_used.unwrap_or(self.handed_out);
        let is_fresh = (-TOLERANCE..=GRACE).contains(&since);
        if self.is_over(now) {
            Answer::Over
        } else if generation == newest && is_fresh && newest > 1 {
            self.used.entry(newest).or_insert(now);
            Answer::Kept(newest)
        } else if generation == newest {
            self.made.insert(newest + 1, now);
            self.handed_out = now;
            Answer::Rotated(newest + 1)
        } else if generation + 1 == newest && (first_used.is_none() || is_fresh) {
            if first_used.is_none() && !(-TOLERANCE..=NOTED).contains(&since) {
                self.handed_out = now;
            }
            Answer::Repeated(newest)
        } else {
            self.revoked = true;
            if self.made.contains_key(&generation) || generation < 1 {
                Answer::Reused
            } else {
                Answer::Ahead
            }
        }
    }

    /// An access token is presented: is it admitted?
    pub(crate) fn access(&mut self, generation: i64, now: i64) -> bool {
        let admitted = !self.is_over(now) && generation <= self.newest().0;
        if admitted && generation == self.newest().0 {
            self.used.entry(generation).or_insert(now);
        }
        admitted
    }
}
