//! What the clients asked and were answered, in logical terms: no password, token or cookie is in it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use serde::Serialize;

/// Microseconds since the journal began.
pub(crate) type At = u64;

pub(crate) const SECOND: At = 1_000_000;

/// A token, as its claims name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) struct Token {
    pub(crate) sid: String,
    pub(crate) generation: i64,
    pub(crate) expires: i64,
}

/// What was asked for. Passwords are versions, counted from 0 for each user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) enum Asked {
    Register {
        password: u32,
    },
    LogIn {
        password: u32,
    },
    Refresh {
        token: Token,
    },
    User {
        token: Token,
    },
    ChangePassword {
        token: Token,
        current: u32,
        new: u32,
    },
    LogOut {
        token: Token,
    },
    EndOthers {
        token: Token,
    },
}

impl Asked {
    /// The token that is the request's credential.
    pub(crate) fn token(&self) -> Option<&Token> {
        match self {
            Self::Register { .. } | Self::LogIn { .. } => None,
            Self::Refresh { token }
            | Self::User { token }
            | Self::ChangePassword { token, .. }
            | Self::LogOut { token }
            | Self::EndOthers { token } => Some(token),
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) enum Answered {
    Whole(Whole),
    /// The port was closed: the request was never made.
    Refused,
    /// The connection broke: what was asked for may have been done.
    Broken,
    /// No answer came while the client waited: it may still be done.
    TimedOut,
}

/// An answer that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Whole {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) retry_after: Option<u64>,
    /// Cookies that it sets, by kind.
    pub(crate) sets: Vec<String>,
    /// Cookies that it clears, by kind.
    pub(crate) clears: Vec<String>,
    pub(crate) access: Option<Token>,
    pub(crate) refresh: Option<Token>,
    pub(crate) user_id: Option<String>,
}

/// A request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Exchange {
    pub(crate) client: usize,
    pub(crate) replica: usize,
    pub(crate) user: String,
    /// Whether others use the same cookies at the same time.
    pub(crate) is_shared: bool,
    pub(crate) start: At,
    pub(crate) end: At,
    pub(crate) asked: Asked,
    pub(crate) answered: Answered,
}

impl Exchange {
    pub(crate) fn whole(&self) -> Option<&Whole> {
        match &self.answered {
            Answered::Whole(whole) => Some(whole),
            _ => None,
        }
    }

    pub(crate) fn status(&self) -> Option<u16> {
        self.whole().map(|whole| whole.status)
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self.status(), Some(200 | 201 | 204))
    }

    /// Until when what was asked for may take effect.
    pub(crate) fn last_effect(&self) -> At {
        match self.answered {
            Answered::TimedOut => At::MAX,
            _ => self.end,
        }
    }
}

/// What a fault does to the service itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) enum Hits {
    /// Nothing: it is the store that is in trouble.
    #[default]
    Store,
    /// Its process ends.
    Kills,
    /// Its process stands still.
    Freezes,
}

/// A span of trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    pub(crate) name: String,
    pub(crate) start: At,
    pub(crate) end: At,
    pub(crate) hits: Hits,
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::large_enum_variant, reason = "nearly all are exchanges")]
pub(crate) enum Record {
    Exchange(Exchange),
    Fault(Fault),
    /// All clients are done; from here on every password is tried once more.
    Settled(At),
    /// A security event in a replica's log, about the user with this identifier.
    ReuseReported(String),
    /// The failures in a row of all accounts together, as the store has them at the end.
    Failures(u64),
    /// Usernames that the store has more than once.
    Twins(u64),
}

/// Writes the journal while it grows.
pub(crate) struct Journal {
    began: Instant,
    path: PathBuf,
    lines: Mutex<(BufWriter<File>, Vec<Record>)>,
}

impl Journal {
    pub(crate) fn begin(folder: &Path) -> Self {
        let path = folder.join("journal.jsonl");
        let file = BufWriter::new(File::create(&path).unwrap());
        Self {
            began: Instant::now(),
            path,
            lines: Mutex::new((file, Vec::new())),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn now(&self) -> At {
        u64::try_from(self.began.elapsed().as_micros()).unwrap()
    }

    pub(crate) fn note(&self, record: Record) {
        let line = serde_json::to_string(&record).unwrap();
        let mut lines = self.lines.lock().unwrap();
        writeln!(lines.0, "{line}").unwrap();
        lines.1.push(record);
    }

    /// Everything so far.
    pub(crate) fn records(&self) -> Vec<Record> {
        let mut lines = self.lines.lock().unwrap();
        lines.0.flush().unwrap();
        lines.1.clone()
    }
}
