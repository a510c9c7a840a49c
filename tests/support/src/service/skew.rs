//! A clock that is wrong, for one process.

use crate::Preload;

/// A library that answers instead of the C library.
pub struct ClockSkew {
    library: Preload,
    seconds: u64,
}

impl ClockSkew {
    /// A clock that is ahead. Possible where a [`Preload`] is.
    pub fn ahead_by(seconds: u64) -> Self {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/service/skew.c");
        Self {
            library: Preload::compile(source),
            seconds,
        }
    }

    /// The environment of a process whose clock is wrong.
    pub fn variables(&self) -> Vec<(String, String)> {
        vec![
            ("LD_PRELOAD".to_owned(), self.library.path()),
            ("SKEW_SECONDS".to_owned(), self.seconds.to_string()),
        ]
    }
}
