//! Another user of the machine, for tests that root runs.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A user of no rights, with a copy of the binary that he may run.
#[derive(Debug)]
pub struct User {
    number: u32,
    folder: TempDir,
}

impl User {
    /// The one of this number, alone in the group of the same number.
    pub fn new(number: u32, binary: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let user = Self { number, folder };
        // The binary may lie where he may not go.
        if fs::hard_link(binary, user.binary()).is_err() {
            fs::copy(binary, user.binary()).unwrap();
        }
        user
    }

    /// His copy of the binary.
    pub fn binary(&self) -> PathBuf {
        self.folder.path().join("rocket-accounts")
    }

    /// Gives him a file or a folder.
    pub fn own(&self, path: &Path) {
        chown(path, Some(self.number), Some(self.number)).unwrap();
    }

    /// Has him run `command`, without any group of this process.
    pub fn run(&self, command: &mut Command) {
        command.uid(self.number).gid(self.number);
    }
}
