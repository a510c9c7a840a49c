//! A clock that is wrong, for one process.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A token may claim to be issued 60 seconds in the future; beyond that a replica refuses what
/// the other one issues.
pub(crate) const SECONDS: u64 = 55;

/// A library that answers instead of the C library; gone with its value.
pub(crate) struct Skew {
    folder: TempDir,
    seconds: u64,
}

/// Whether there is a C compiler to make it with.
pub(crate) fn is_possible() -> bool {
    let asked = Command::new("cc").arg("--version").output();
    asked.is_ok_and(|output| output.status.success())
}

pub(crate) fn ahead_by(seconds: u64) -> Skew {
    let folder = TempDir::new().unwrap();
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/faults/skew.c");
    let mut compile = Command::new("cc");
    compile.args(["-shared", "-fPIC", "-O1", "-o"]);
    compile.arg(folder.path().join("skew.so")).arg(source);
    assert!(compile.arg("-ldl").status().unwrap().success());
    Skew { folder, seconds }
}

impl Skew {
    /// The environment of a process whose clock is wrong.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let library = self.folder.path().join("skew.so").display().to_string();
        vec![
            ("LD_PRELOAD".to_owned(), library),
            ("SKEW_SECONDS".to_owned(), self.seconds.to_string()),
        ]
    }
}
