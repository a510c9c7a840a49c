//! A library that answers a process instead of the C library.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Gone with its value.
pub struct Preload(TempDir);

impl Preload {
    /// Whether there is a C compiler to make one with.
    pub fn is_possible() -> bool {
        let asked = Command::new("cc").arg("--version").output();
        cfg!(target_os = "linux") && asked.is_ok_and(|output| output.status.success())
    }

    /// A mount that hangs: opening a file called `HANGS_ON` waits as long as a file
    /// `HANGS_WHILE` is there, and is noted in a file `HANGS_SEEN`.
    #[track_caller]
    pub fn hanging_mount() -> Self {
        Self::compile(concat!(env!("CARGO_MANIFEST_DIR"), "/src/service/hang.c"))
    }

    /// Compiles a file of C.
    #[track_caller]
    pub fn compile(source: impl AsRef<Path>) -> Self {
        let library = Self(TempDir::new().unwrap());
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O1", "-o", library.path().as_str()]);
        compile.arg(source.as_ref()).arg("-ldl");
        assert!(compile.status().unwrap().success());
        // For the processes of other users, too.
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(library.0.path(), mode).unwrap();
        library
    }

    /// What `LD_PRELOAD` is to be for the process.
    pub fn path(&self) -> String {
        self.0.path().join("preload.so").display().to_string()
    }
}
