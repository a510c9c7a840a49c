//! A clock that is wrong, for one process.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A library that answers instead of the C library; gone with its value.
#[derive(Debug)]
pub struct Skew {
    folder: TempDir,
    seconds: u64,
}

impl Skew {
    /// Whether there is a C compiler to make it with.
    pub fn is_possible() -> bool {
        let asked = Command::new("cc").arg("--version").output();
        asked.is_ok_and(|output| output.status.success())
    }

    /// A clock that is ahead.
    pub fn ahead_by(seconds: u64) -> Self {
        let folder = TempDir::new().unwrap();
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/skew.c");
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O1", "-o"]);
        compile.arg(folder.path().join("skew.so")).arg(source);
        assert!(compile.arg("-ldl").status().unwrap().success());
        Self { folder, seconds }
    }

    /// The environment of a process whose clock is wrong.
    pub fn variables(&self) -> Vec<(String, String)> {
        let library = self.folder.path().join("skew.so").display().to_string();
        vec![
            ("LD_PRELOAD".to_owned(), library),
            ("SKEW_SECONDS".to_owned(), self.seconds.to_string()),
        ]
    }
}
