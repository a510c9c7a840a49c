//! A clock that is wrong, for one process.

use accounts_testkit::Preload;

/// A token may claim to be issued 60 seconds in the future; beyond that a replica refuses what
/// the other one issues.
pub(crate) const SECONDS: u64 = 55;

pub(crate) struct Skew {
    library: Preload,
    seconds: u64,
}

pub(crate) fn ahead_by(seconds: u64) -> Skew {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/skew.c");
    Skew {
        library: Preload::compile(source),
        seconds,
    }
}

impl Skew {
    /// The environment of a process whose clock is wrong.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        vec![
            ("LD_PRELOAD".to_owned(), self.library.path()),
            ("SKEW_SECONDS".to_owned(), self.seconds.to_string()),
        ]
    }
}
